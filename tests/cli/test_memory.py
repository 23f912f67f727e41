"""
wts.exe without memory: a constant sentence, exit status 2, at whatever allocation it ends and in whatever thread.
"""
import concurrent.futures
import os
import unittest

from end_to_end.program import BUILD, Prefix

from .tool import Tool

SENTENCE = "wts: not enough memory\n"
COMMANDS = (("version",), ("--help",), ("nonsense",), ("kill",), ("kill", "abc"), ("kill", "abc", "--json"), ("processes",),
            ("sessions", "--json"), ("info",), ("check", "dead!"), ("credential", "list"),
            ("sessions", "--server", "dead!,dead!x,dead!y"))
# The first allocations one by one; behind them, where a long list only grows, some.
POINTS = [*range(1, 25), 30, 41, 60, 100]


class MemoryTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.prefix = Prefix().__enter__()
        cls.addClassCleanup(cls.prefix.__exit__)

    def run_at(self, point, words):
        return Tool(self.prefix, program=os.path.join(BUILD, "tests", "wts_failing.exe"), WTS_TEST_FAIL_AT=str(point))(*words)

    def test_the_end_of_memory_is_said_in_one_sentence(self):
        for words in COMMANDS:
            whole = self.run_at(1000000, words)
            with concurrent.futures.ThreadPoolExecutor(2) as pool:
                results = list(pool.map(lambda point, words=words: self.run_at(point, words), POINTS))
            with self.subTest(words=words):
                # A command that needs no more than N allocations ends as ever.
                wrong = [(point, result) for point, result in zip(POINTS, results)
                         if (result.status, result.err.count(SENTENCE), result.err.endswith(SENTENCE)) != (2, 1, True)
                         and (result.status, len(result.err)) != (whole.status, len(whole.err))]
                self.assertEqual(wrong, [])
                self.assertEqual((results[0].status, results[0].out, results[0].err), (2, "", SENTENCE))


if __name__ == "__main__":
    unittest.main()
