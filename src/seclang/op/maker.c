#include "seclang/op/maker.h"

#include <hs/hs.h>

void
seclang_maker_name(struct sk_buf *text)
{
    hs_platform_info_t platform = { 0 };

    hs_populate_platform(&platform);
    sk_buf_printf(text, "vectorscan %s, %x %llx\n", hs_version(), platform.tune,
                  platform.cpu_features);
}
