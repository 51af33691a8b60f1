#!/usr/bin/python3
"""The tools that judge must be able to say no."""
import importlib.machinery
import importlib.util
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
TIDY = os.path.join(TOP, "tools", "tidy")
COUNT = os.path.join(TOP, "tools", "suite", "count-cases")


def load(path):
    loader = importlib.machinery.SourceFileLoader("rooms", path)
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("rooms", loader))
    loader.exec_module(module)
    return module


rooms = load(os.path.join(TOP, "tools", "rooms"))
docs = load(os.path.join(TOP, "tests", "docs", "run"))


class Rooms(unittest.TestCase):
    def test_base_may_use_nobody(self):
        self.assertIn("may not use", rooms.own_fault("base/str.c", "part/log.h"))

    def test_seclang_never_sees_part(self):
        self.assertIn("may not use", rooms.own_fault("seclang/run.c", "part/log.h"))

    def test_another_rooms_private_header_is_refused(self):
        self.assertIn("private", rooms.own_fault("gate/feed.c", "seclang/tx.h"))

    def test_another_rooms_public_header_is_allowed(self):
        self.assertIsNone(rooms.own_fault("gate/feed.c", "seclang/seclang.h"))

    def test_nginx_headers_are_the_gates_alone(self):
        self.assertIsNone(rooms.foreign_fault("gate/ngx/module.c", "ngx_http.h"))
        self.assertIn("only for", rooms.foreign_fault("seclang/run.c", "ngx_http.h"))

    def test_jansson_enters_at_one_file(self):
        self.assertIsNone(rooms.foreign_fault("base/json.c", "jansson.h"))
        self.assertIn("only for", rooms.foreign_fault("shop/seed.c", "jansson.h"))

    def test_arrows_form_no_circle(self):
        self.assertEqual(list(rooms.circles()), [])


class Examples(unittest.TestCase):
    def test_a_command_that_fails_says_so(self):
        shell = docs.Session("/nowhere", 8443)
        self.assertEqual(shell.run("true", "/nowhere"), (0, "\n"))
        self.assertEqual(shell.run("(exit 3)", "/nowhere")[0], 3)
        shell.shell.stdin.close()
        shell.shell.wait()

    def test_the_state_is_named_behind_all_of_a_command(self):
        self.assertEqual(docs.placed("build/release/sekisho evidence run --all | head", "/s", 9000),
                         "build/release/sekisho evidence run --all --state /s | head")
        self.assertEqual(docs.placed("./run --detach", "/s", 9000), "./run --state /s --port 9000 --detach")


def log(*tests):
    """CTest's log of (name, passed, output)."""
    text = "Start testing\n"
    for n, (name, passed, output) in enumerate(tests, 1):
        text += ("%d/%d Testing: %s\n%d/%d Test: %s\nOutput:\n-----\n%s\n<end of output>\n"
                 "Test time =   0.01 sec\n-----\nTest %s.\n"
                 % (n, len(tests), name, n, len(tests), name, output,
                    "Passed" if passed else "Failed"))
    return text


def count(*tests):
    with tempfile.NamedTemporaryFile("w", suffix=".log") as file:
        file.write(log(*tests))
        file.flush()
        done = subprocess.run([sys.executable, COUNT, file.name], capture_output=True, text=True)
    return done.returncode, done.stdout.strip().split("\n")[-1]


GREEN = "[==========] Running 2 test(s).\n[ RUN      ] a\n[       OK ] a\n[ RUN      ] b\n" \
        "[       OK ] b\n[==========] 2 test(s) run.[  PASSED  ] 2 test(s)."
RED = "[==========] Running 2 test(s).\n[ RUN      ] a\n[       OK ] a\n[ RUN      ] b\n" \
      "[  FAILED  ] b\n[==========] 2 test(s) run.\n[  PASSED  ] 1 test(s).\n" \
      "[  FAILED  ] 1 test(s), listed below:\n[  FAILED  ] b\n\n 1 FAILED TEST(S)"


class Counting(unittest.TestCase):
    def test_cases_are_counted_not_programs(self):
        self.assertEqual(count(("x", True, GREEN)), (0, "2 passed, 0 failed, 0 skipped"))

    def test_a_failed_case_is_counted_once(self):
        self.assertEqual(count(("x", False, RED)), (1, "1 passed, 1 failed, 0 skipped"))

    def test_two_groups_in_one_program_are_both_counted(self):
        self.assertEqual(count(("x", True, GREEN + "\n" + GREEN)),
                         (0, "4 passed, 0 failed, 0 skipped"))

    def test_a_crash_behind_green_cases_is_a_failure(self):
        self.assertEqual(count(("x", False, GREEN)), (1, "2 passed, 1 failed, 0 skipped"))

    def test_a_program_without_cases_is_one_case(self):
        self.assertEqual(count(("x", True, "fine")), (0, "1 passed, 0 failed, 0 skipped"))

    def test_a_program_that_counts_by_itself_is_believed(self):
        self.assertEqual(count(("x", True, "480 passed, 0 failed, 3 skipped")),
                         (0, "480 passed, 0 failed, 3 skipped"))

    def test_nothing_run_is_no_success(self):
        self.assertEqual(count()[0], 1)


FOUND = "static inline int f(const int *p) { return p ? 1 : *p; }\n"  # of no address at all
SOUND = "static inline int f(const int *p) { return p ? *p : 1; }\n"


@unittest.skipUnless(shutil.which("clang-tidy-14"), "clang-tidy-14 is not installed")
class Tidy(unittest.TestCase):
    """A checkout with a header and a file that uses it."""

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.top = pathlib.Path(self.folder.name)
        for below in ("src", "build", "memory"):
            (self.top / below).mkdir()
        shutil.copy(os.path.join(TOP, ".clang-tidy"), self.top)
        (self.top / "src/f.h").write_text(SOUND)
        (self.top / "src/a.c").write_text('#include "f.h"\nint g(const int *p);\nint g(const int *p) { return f(p); }\n')
        self.compile("src/a.c")

    def tearDown(self):
        self.folder.cleanup()

    def compile(self, *files):
        (self.top / "build/compile_commands.json").write_text(json.dumps([
            {"directory": str(self.top / "build"), "file": str(self.top / file),
             "command": "clang-14 -o a.o -c %s" % (self.top / file)} for file in files]))

    def tidy(self):
        done = subprocess.run([TIDY, "build", "memory", "src/a.c"], cwd=self.top, capture_output=True, text=True)
        return done.returncode, "NullDereference" in done.stdout

    def test_what_a_header_does_is_found_where_it_is_used(self):
        self.assertEqual(self.tidy(), (0, False))
        (self.top / "src/f.h").write_text(FOUND)
        self.assertEqual(self.tidy(), (1, True))

    def test_only_what_was_clean_is_remembered(self):
        (self.top / "src/f.h").write_text(FOUND)
        self.assertEqual(self.tidy(), (1, True))
        self.assertEqual(os.listdir(self.top / "memory"), [])
        self.assertEqual(self.tidy(), (1, True))
        (self.top / "src/f.h").write_text(SOUND)
        self.assertEqual(self.tidy(), (0, False))
        self.assertEqual(len(os.listdir(self.top / "memory")), 1)

    def test_a_file_of_no_target_is_read_as_well(self):
        self.compile()
        (self.top / "src/f.h").write_text(FOUND)
        self.assertEqual(self.tidy(), (1, True))


if __name__ == "__main__":
    result = unittest.TextTestRunner(verbosity=0).run(
        unittest.defaultTestLoader.loadTestsFromModule(sys.modules["__main__"]))
    bad = len(result.failures) + len(result.errors)
    print("%d passed, %d failed, %d skipped" % (
        result.testsRun - bad - len(result.skipped), bad, len(result.skipped)))
    sys.exit(1 if bad else 0)
