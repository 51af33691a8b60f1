#include "seclang/cache/build_id.h"

#include <elf.h>
#include <link.h>

struct search {
    uintptr_t code; /* an address in the object that is looked for */
    sk_str found;
};

static size_t
padded(size_t n)
{
    return (n + 3) & ~(size_t)3;
}

static sk_str
in_notes(const char *p, size_t n)
{
    ElfW(Nhdr) note;

    while (n >= sizeof(note)) {
        size_t name, size;

        memcpy(&note, p, sizeof(note));
        name = padded(note.n_namesz);
        size = padded(note.n_descsz);
        if (name > n - sizeof(note) || size > n - sizeof(note) - name) break;
        p += sizeof(note);
        if (note.n_type == NT_GNU_BUILD_ID && note.n_namesz == 4 && memcmp(p, "GNU", 4) == 0)
            return (sk_str){ p + name, note.n_descsz };
        p += name + size;
        n -= sizeof(note) + name + size;
    }
    return (sk_str){ 0 };
}

static bool
holds(const struct dl_phdr_info *object, uintptr_t code)
{
    for (unsigned i = 0; i < object->dlpi_phnum; i++) {
        const ElfW(Phdr) *part = &object->dlpi_phdr[i];

        if (part->p_type == PT_LOAD && code - object->dlpi_addr - part->p_vaddr < part->p_memsz)
            return true;
    }
    return false;
}

static int
look(struct dl_phdr_info *object, size_t size, void *ctx)
{
    struct search *search = ctx;

    (void)size;
    if (!holds(object, search->code)) return 0;
    for (unsigned i = 0; i < object->dlpi_phnum && !search->found.n; i++) {
        const ElfW(Phdr) *part = &object->dlpi_phdr[i];

        /* addresses are numbers where the loader tells of them */
        if (part->p_type == PT_NOTE)
            search->found = in_notes(
                (const char *)(object->dlpi_addr + part->p_vaddr), /* NOLINT(*-no-int-to-ptr) */
                part->p_memsz);
    }
    return 1;
}

sk_str
seclang_build_id(void)
{
    struct search search = { .code = (uintptr_t)&seclang_build_id };

    dl_iterate_phdr(look, &search);
    return search.found;
}
