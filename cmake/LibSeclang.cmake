# libseclang.so: the room seclang behind its public header, and what a program needs to be built
# with it. `cmake --install BUILD --component library --prefix DIR` installs it alone.
include(GNUInstallDirs)
set(dir ${CMAKE_SOURCE_DIR}/src/seclang/lib)
file(STRINGS ${dir}/seclang.h SECLANG_VERSION REGEX "define SECLANG_VERSION +\"")
string(REGEX REPLACE ".*\"(.*)\".*" "\\1" SECLANG_VERSION "${SECLANG_VERSION}")
string(REGEX REPLACE "\\..*" "" major ${SECLANG_VERSION})

# The shells of lib/ are the roots; of the engine comes along what they reach.
file(GLOB sources CONFIGURE_DEPENDS ${dir}/*.c)
list(FILTER sources EXCLUDE REGEX "_test\\.c$")
add_library(seclang SHARED ${sources})
target_link_libraries(seclang PRIVATE sk_seclang sk_base)
set_target_properties(seclang PROPERTIES
                      VERSION ${SECLANG_VERSION} SOVERSION ${major}
                      LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}
                      LINK_DEPENDS ${dir}/exports.map)
target_link_options(seclang PRIVATE -Wl,--version-script=${dir}/exports.map -Wl,--exclude-libs,ALL
                    -Wl,--as-needed)
if(NOT SEKISHO_SANITIZE) # the sanitizers' own symbols come with the program
  target_link_options(seclang PRIVATE -Wl,-z,defs)
endif()

# Paths below the prefix stay below it when `cmake --install` is given another.
set(SECLANG_PC_LIBDIR "\${prefix}/${CMAKE_INSTALL_LIBDIR}")
set(SECLANG_PC_INCLUDEDIR "\${prefix}/${CMAKE_INSTALL_INCLUDEDIR}")
install(CODE "set(SECLANG_PC_IN \"${dir}/seclang.pc.in\")
  set(SECLANG_PC_OUT \"${CMAKE_BINARY_DIR}/seclang.pc\")
  set(SECLANG_VERSION \"${SECLANG_VERSION}\")
  set(SECLANG_PC_LIBDIR [[${SECLANG_PC_LIBDIR}]])
  set(SECLANG_PC_INCLUDEDIR [[${SECLANG_PC_INCLUDEDIR}]])
  configure_file(\"\${SECLANG_PC_IN}\" \"\${SECLANG_PC_OUT}\" @ONLY)" COMPONENT library)
install(FILES ${CMAKE_BINARY_DIR}/seclang.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig
        COMPONENT library)
install(TARGETS seclang LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT library
        NAMELINK_COMPONENT library)
install(FILES ${dir}/seclang.h DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT library)
install(FILES ${CMAKE_SOURCE_DIR}/docs/man/seclang.3 DESTINATION ${CMAKE_INSTALL_MANDIR}/man3
        COMPONENT library)
install(FILES ${CMAKE_SOURCE_DIR}/examples/judge.c
        DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples COMPONENT library)
