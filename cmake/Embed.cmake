# Writes a file's bytes as a C array: cmake -DIN=file -DOUT=file.c -DNAME=symbol -P Embed.cmake
file(READ ${IN} hex HEX)
string(LENGTH "${hex}" length)
math(EXPR length "${length} / 2")
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
string(REGEX REPLACE "(0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,0x..,)" "\\1\n" bytes "${bytes}")
file(WRITE ${OUT} "#include <stddef.h>\nextern const unsigned char ${NAME}[];\n"
                  "extern const size_t ${NAME}_size;\n"
                  "const unsigned char ${NAME}[] = {\n${bytes}0\n};\n"
                  "const size_t ${NAME}_size = ${length};\n")
