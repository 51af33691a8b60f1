# The headers of Debian's nginx (package nginx-dev), as target nginx_headers.
#
# The package ships every header but ngx_auto_config.h, which its own configure script writes from
# the flags that Debian built with. That is run once, into the build folder; the signature that a
# module must carry to be loaded comes out of it. nginx itself is never built nor changed.
set(NGINX_SOURCE /usr/share/nginx/src CACHE PATH "where package nginx-dev lies")
set(NGINX_OBJS ${CMAKE_BINARY_DIR}/nginx)

if(NOT EXISTS ${NGINX_SOURCE}/conf_flags)
  message(STATUS "nginx-dev is not installed: the gate is not built")
  return()
endif()
if(NOT EXISTS ${NGINX_OBJS}/ngx_auto_config.h OR ${NGINX_SOURCE}/conf_flags IS_NEWER_THAN
                                                 ${NGINX_OBJS}/ngx_auto_config.h)
  message(STATUS "Asking nginx-dev how nginx was built")
  file(MAKE_DIRECTORY ${NGINX_OBJS})
  # CC is plain: nginx's probes must not be built with our sanitizers
  execute_process(
    COMMAND env -u CFLAGS -u LDFLAGS bash -c
            ". ./conf_flags && ./configure \"\${NGX_CONF_FLAGS[@]}\" --builddir=${NGINX_OBJS}"
    WORKING_DIRECTORY ${NGINX_SOURCE}
    OUTPUT_FILE ${NGINX_OBJS}/configure.log
    ERROR_FILE ${NGINX_OBJS}/configure.log
    RESULT_VARIABLE failed)
  if(failed)
    message(FATAL_ERROR "nginx-dev's configure failed, see ${NGINX_OBJS}/configure.log")
  endif()
endif()

add_library(nginx_headers INTERFACE)
set(dirs ${NGINX_OBJS})
foreach(dir core event event/modules os/unix http http/modules http/v2)
  list(APPEND dirs ${NGINX_SOURCE}/src/${dir})
endforeach()
target_include_directories(nginx_headers SYSTEM INTERFACE ${dirs})
