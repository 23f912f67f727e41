"""
The failures of every function on an opened server: one table, and a loop over it for each class of error, with the last
error that the program gets and what the server did. Tests that know no transport, mixed in beside Functions.
"""
from waiting import until

from .functions import (ALICE, BAD_STUB, CANCELLED, DENIED, LISTED, LOST, NOBODY, NOT_FOUND, NOT_SUPPORTED, SUCCESS,
                        UNAVAILABLE)

LSM, RCM, LEGACY = "LSM_API_service", "TermSrv_API_service", "Ctx_WinStation_API_service"
LINKS = 2   # interfaces that one function calls


class Function:
    """A row of the table of failures: how it is called, and the call of the wire that decides."""

    def __init__(self, name, words, interface, opnum, pipe, session=True, opens=False, absent=UNAVAILABLE):
        """`words` of the driver's command behind the server's number, "S" for a session; `opens`: the call that decides
        opens a context, which is done again after a loss, for it changes nothing; `absent`: without its service."""
        self.name, self._words = name, words.split()
        self.interface, self.opnum, self.pipe, self.session, self.opens = interface, opnum, pipe, session, opens
        self.absent = absent

    def words(self, server, session=ALICE):
        command, *rest = self._words
        return [command, server] + [session if word == "S" else word for word in rest]

    @property
    def denial(self):
        return 0xC0000022 if self.interface == "legacy" else 0x80070005


FUNCTIONS = [
    Function("WTSEnumerateProcessesW", "processes W", "legacy", 70, LEGACY, session=False),
    Function("WTSEnumerateProcessesA", "processes A", "legacy", 70, LEGACY, session=False),
    Function("WTSEnumerateProcessesExW", "processes_ex W 1 4294967294", "legacy", 70, LEGACY, session=False),
    Function("WTSEnumerateSessionsW", "sessions W", "enumeration", 5, LSM, session=False),
    Function("WTSEnumerateSessionsA", "sessions A", "enumeration", 5, LSM, session=False),
    Function("WTSEnumerateSessionsExW", "sessions_ex W 1 0", "enumeration", 10, LSM, session=False),
    Function("WTSUserName", "query W S 5", "session", 5, LSM),
    Function("WTSWinStationName", "query W S 6", "session", 6, LSM),
    Function("WTSConnectState", "query W S 8", "session", 7, LSM),
    Function("WTSSessionId", "query W S 4", "session", 0, LSM, opens=True),
    Function("WTSSessionInfo", "query W S 24", "session", 17, LSM),
    Function("WTSSessionInfoEx", "query A S 25", "session", 17, LSM),
    Function("WTSConfigInfo", "query W S 26", "rcm", 1, RCM),
    Function("WTSSessionAddressV4", "query W S 28", "tsvip", 0, "TSVIP_Service", absent=NOT_SUPPORTED),
    Function("WTSSendMessageW", "message W S 0 0 0 Title Text", "session", 9, LSM),
    Function("WTSDisconnectSession", "disconnect S 0", "session", 3, LSM),
    Function("WTSLogoffSession", "logoff S 0", "session", 4, LSM),
    Function("WTSShutdownSystem", "shutdown 2", "legacy", 15, LEGACY, session=False),
]


class Failures:
    """The tests."""
    sees_lost_connections = True    # whether the transport notices before it sends that a connection is gone

    def each(self, body, rows=FUNCTIONS):
        """body(row) for every function, with the host as new."""
        for row in rows:
            with self.subTest(function=row.name):
                self.renew()
                body(row)

    def renew(self):
        self.host.control("reset")
        self.alice()

    def outcome(self, program, row, server, session=ALICE):
        return self.call(program, *row.words(server, session)).outcome

    def succeeds(self, program, row, server):
        self.assertIn(self.outcome(program, row, server), (SUCCESS, LISTED))

    def rule(self, row, action, **parameters):
        return self.host.rule(action, interface=row.interface, opnum=row.opnum, **parameters)

    def counts(self, row):
        """(received, executed) of the call that decides."""
        return tuple(self.host.count(row.interface, row.opnum, what) for what in ("received", "executed"))

    def test_each_can_be_refused(self):
        program, server = self.opened()

        def body(row):
            self.rule(row, "refuse", status=row.denial)
            self.assertEqual(self.outcome(program, row, server), (0, DENIED))
            self.assertEqual(self.counts(row), (1, 0))
            self.host.control("clear_rules")
            self.succeeds(program, row, server)

        self.each(body)

    def test_each_without_the_session(self):
        program, server = self.opened()

        def body(row):
            self.assertEqual(self.outcome(program, row, server, NOBODY), (0, NOT_FOUND))

        self.each(body, [row for row in FUNCTIONS if row.session])

    def test_each_can_end_in_a_fault(self):
        program, server = self.opened()

        def body(row):
            for code, error in ((BAD_STUB, BAD_STUB), (DENIED, DENIED), ("0x1C010014", 1723)):
                self.renew()
                self.rule(row, "fault", code=code)
                self.assertEqual(self.outcome(program, row, server), (0, error))
                self.assertEqual(self.counts(row)[1], 0)

        self.each(body)

    def test_each_may_get_a_cut_answer(self):
        program, server = self.opened()

        def body(row):
            self.rule(row, "truncate", length=3)
            self.assertEqual(self.outcome(program, row, server), (0, BAD_STUB))

        self.each(body)

    def contexts(self):
        return self.host.control("state")["contexts"]

    def test_each_failure_leaves_no_context_at_the_server(self):
        """Neither refused, nor ended in a fault before or after it ran, nor with an answer that cannot be read."""
        program, server = self.opened()

        def body(row):
            self.succeeds(program, row, server)
            kept = self.contexts()
            for action, parameters in (("refuse", {"status": row.denial}), ("fault", {"code": BAD_STUB}),
                                       ("fault_after", {"code": BAD_STUB}), ("truncate", {"length": 3})):
                if row.opens and action == "fault_after":
                    continue    # no server keeps what it opened in a call that it ends in a fault
                self.renew()
                self.rule(row, action, **parameters)
                self.assertNotIn(self.outcome(program, row, server), (SUCCESS, LISTED), action)
                # A connection that is given up takes its contexts along, a moment later.
                until(lambda: self.contexts() <= kept, f"{action}: no more than {kept} contexts")

        self.each(body)

    def lose_connections(self):
        """All connections end while nothing is in flight."""
        self.host.control("disconnect")

    def up_then(self, program, row, server):
        """One good call, so that its connections are up; then the host as new again."""
        if not self.sees_lost_connections:
            self.recover(program, row, server)
        self.succeeds(program, row, server)
        self.renew()

    def recover(self, program, row, server):
        """Calls until each connection that is gone was noticed."""
        for _ in range(LINKS):
            self.outcome(program, row, server)
            self.renew()

    def test_each_survives_a_connection_lost_before(self):
        program, server = self.opened()

        def body(row):
            self.up_then(program, row, server)
            self.lose_connections()
            if self.sees_lost_connections:
                self.succeeds(program, row, server)
                self.assertEqual(self.counts(row)[1], 1)
            else:
                self.assertIn(self.outcome(program, row, server), (SUCCESS, LISTED, (0, LOST)))
                self.assertLessEqual(self.counts(row)[1], 1)

        self.each(body)

    def test_each_survives_forgotten_contexts(self):
        program, server = self.opened()

        def body(row):
            self.up_then(program, row, server)
            self.host.control("forget")
            self.succeeds(program, row, server)
            self.assertEqual(self.counts(row)[1], 1)

        self.each(body)

    def test_each_is_lost_with_the_connection_and_not_repeated(self):
        program, server = self.opened()

        def body(row):
            for action, executed in (("drop", 0), ("drop_after", 1), ("drop_mid", 1)):
                self.renew()
                self.rule(row, action)
                self.assertEqual(self.outcome(program, row, server), (0, LOST), action)
                self.assertEqual(self.counts(row), (1 + row.opens, executed * (1 + row.opens)), action)
                self.host.control("clear_rules")
            self.renew()
            self.succeeds(program, row, server)

        self.each(body)

    def test_each_has_a_deadline(self):
        program, server = self.opened(call_timeout_ms=1000, connect_timeout_ms=60000)     # a busy machine answers later than in 400

        def body(row):
            self.up_then(program, row, server)
            self.rule(row, "stall")
            self.assertEqual(self.outcome(program, row, server), (0, CANCELLED))
            self.renew()
            self.succeeds(program, row, server)

        self.each(body)
