/* The chain of nginx's output filters, of which ours is a link. */
#include "gate/ngx/gate.h"

ngx_http_output_header_filter_pt gate_next_header;
ngx_http_output_body_filter_pt gate_next_body;

void
gate_next_behind(ngx_http_output_header_filter_pt header, ngx_http_output_body_filter_pt body)
{
    gate_next_header = ngx_http_top_header_filter;
    ngx_http_top_header_filter = header;
    gate_next_body = ngx_http_top_body_filter;
    ngx_http_top_body_filter = body;
}
