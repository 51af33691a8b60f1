#!/usr/bin/python3
"""./bench personal: finding tokens in text. MB/s of CPU time beside memchr on the same text, turn by turn;
and candidates that are none, which cost the vault a question: in all text files of this checkout, and
among a million made-up numbers of each sort (--numbers, --seed)."""
import argparse
import os
import subprocess

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
PROGRAM = os.path.join(TOP, "build/release/benches/sekisho_bench_personal")
# What speaks of tokens has some.
WITH_TOKENS = ("src/personal/", "fuzz/corpus/personal", "benches/personal", "docs/notes/024", "docs/protocol",
               "src/vault/", "src/keeper/", "src/gate/", "tests/vault", "src/sweep/", "tests/sweep")


def ask(*args):
    done = subprocess.run([PROGRAM, *args], stdout=subprocess.PIPE, text=True, errors="replace", check=True)
    return [line.split(" ", 3) for line in done.stdout.splitlines()]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--numbers", type=int, default=1000000)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    print("%-22s %8s %8s %9s" % ("text", "MB/s", "memchr", "tokens"))
    for name, ours, theirs, tokens in ask("speed"):
        print("%-22s %8s %8s %9s" % (name, ours, theirs, tokens))
    done = subprocess.run(["git", "-C", TOP, "ls-files"], stdout=subprocess.PIPE, text=True, check=True)
    files = [f for f in done.stdout.splitlines() if not f.startswith(WITH_TOKENS)]
    size = sum(os.path.getsize(os.path.join(TOP, f)) for f in files)
    found = ask("count", *[os.path.join(TOP, f) for f in files])
    print("\n%d files of this checkout, %.1f MB: %d candidates" % (len(files), size / 1e6, len(found)))
    for words in found:
        print("   ", *words)
    print("\n%d numbers of each sort, seed %d:" % (args.numbers, args.seed))
    for sort, count, candidates in ask("numbers", str(args.numbers), str(args.seed)):
        print("%-12s %9s candidates: %.1e of them" % (sort, candidates, int(candidates) / int(count)))


if __name__ == "__main__":
    main()
