# Warnings for all our code; hardening for the release; sanitizers for the tests.
add_compile_options(-Wall -Wextra -Wconversion -Wshadow -Wvla -Wstrict-prototypes
                    -Wmissing-prototypes -Wwrite-strings -Wformat=2 -fno-common)
add_compile_definitions(_GNU_SOURCE)
add_link_options(-Wl,--build-id) # by which the rules' cache tells builds apart
if(SEKISHO_SANITIZE)
  add_compile_options(-O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined
                      -fno-sanitize-recover=undefined)
  add_link_options(-fsanitize=address,undefined)
elseif(CMAKE_BUILD_TYPE STREQUAL "Release")
  set(CMAKE_C_FLAGS_RELEASE "-O2 -g1 -DNDEBUG")
  add_compile_options(-D_FORTIFY_SOURCE=2 -fstack-protector-strong -fcf-protection
                      -fstack-clash-protection)
  add_link_options(-Wl,-z,relro,-z,now,-z,noexecstack)
endif()
if(SEKISHO_COVERAGE)
  add_compile_options(--coverage -O0)
  add_link_options(--coverage)
endif()
if(SEKISHO_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
