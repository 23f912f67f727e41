#!/usr/bin/python3
"""
Runs unittest modules for ctest, in the folder of this file. Exit status: 0 all passed, 1 a failure or no test at all,
77 every test was skipped (ctest: not run), with the reasons printed.

usage: run_unittest.py MODULE...
"""
import pathlib
import sys
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
suite = unittest.defaultTestLoader.loadTestsFromNames(sys.argv[1:])
result = unittest.TextTestRunner(stream=sys.stdout, verbosity=2).run(suite)
for test, reason in result.skipped:
    print(f"not run: {test}: {reason}")
if not result.wasSuccessful() or not result.testsRun:
    sys.exit(1)
sys.exit(77 if len(result.skipped) == result.testsRun else 0)
