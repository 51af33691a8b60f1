# What the suites share. Sourced with the top of the checkout as the working directory.
set -u
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1

# Debian packages of tools/packages.NAME, installed where missing.
need() {
    tools/install "$@" || { echo "packages could not be installed: see above"; exit 1; }
}

# configure FOLDER [-DOPTION...]: CMake once; Ninja configures again by itself when needed.
configure() {
    local dir=build/$1
    shift
    [ -f "$dir/build.ninja" ] || cmake -S . -B "$dir" -G Ninja "$@" >"build/log/configure.log" 2>&1 ||
        { tail -n 30 build/log/configure.log; return 1; }
}

# build FOLDER [TARGET...]: two builds never run in one folder at the same time.
build() {
    local dir=build/$1
    shift
    flock "$dir" ninja -C "$dir" "$@" || return 1
}

build_test() {
    configure test -DCMAKE_BUILD_TYPE=Debug -DSEKISHO_SANITIZE=ON && build test "$@"
}

build_release() {
    configure release -DCMAKE_BUILD_TYPE=Release && build release "$@"
}

result() {
    printf '%d passed, %d failed, %d skipped\n' "$1" "$2" "$3"
    [ "$2" -eq 0 ]
}

all_sources() {
    git ls-files --cached --others --exclude-standard -- '*.c' '*.h' | existing
}

# C files that differ from the last commit's parent, or are new.
changed_sources() {
    { git diff --name-only HEAD -- '*.c' '*.h'
      git ls-files --others --exclude-standard -- '*.c' '*.h'
      git diff --name-only 'HEAD~1' HEAD -- '*.c' '*.h' 2>/dev/null; } | existing
}

existing() {
    sort -u | while read -r file; do [ -f "$file" ] && echo "$file"; done
}
