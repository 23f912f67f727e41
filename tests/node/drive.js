// Node for Windows drives the DLL as a program that nobody here wrote would: lists processes, asks for its own session,
// ends a process. Every check is an assertion; the last line says how many there were.
// usage: node.exe drive.js DLL STATE; STATE is what def/exports.csv says of WTSQuerySessionInformationW
'use strict';
const assert = require('node:assert');
const { once } = require('node:events');
const { spawn } = require('node:child_process');
const path = require('node:path');
const koffi = require('koffi');

const [dllPath, informationState] = process.argv.slice(2);
const dll = koffi.load(dllPath);
const kernel32 = koffi.load('kernel32.dll');
const advapi32 = koffi.load('advapi32.dll');

const INVALID_PARAMETER = 87;
const CALL_NOT_IMPLEMENTED = 120;
const ANY_SESSION = 0xfffffffe;
const CURRENT_SESSION = 0xffffffff;
const SESSION_ID_CLASS = 4;
const USER_NAME_CLASS = 5;

const commonMembers = { SessionId: 'uint32', ProcessId: 'uint32' };
const ProcessInfoW = koffi.struct('WTS_PROCESS_INFOW', { ...commonMembers, name: 'str16', sid: 'void *' });
const ProcessInfoA = koffi.struct('WTS_PROCESS_INFOA', { ...commonMembers, name: 'str', sid: 'void *' });
const ProcessInfoExW = koffi.struct('WTS_PROCESS_INFO_EXW', {
  ...commonMembers, name: 'str16', sid: 'void *', threads: 'uint32', handles: 'uint32', pageFile: 'uint32',
  peakPageFile: 'uint32', workingSet: 'uint32', peakWorkingSet: 'uint32', userTime: 'int64', kernelTime: 'int64',
});

const lastError = kernel32.func('uint32 __stdcall GetLastError()');
const sessionOf = kernel32.func('int __stdcall ProcessIdToSessionId(uint32, _Out_ uint32 *)');
const isValidSid = advapi32.func('int __stdcall IsValidSid(void *)');
const userName = advapi32.func('int __stdcall GetUserNameW(void *, _Inout_ uint32 *)');
const freeMemory = dll.func('void __stdcall WTSFreeMemory(void *)');
const freeMemoryEx = dll.func('int __stdcall WTSFreeMemoryExW(int, void *, uint32)');
const terminate = dll.func('int __stdcall WTSTerminateProcess(void *, uint32, uint32)');
const query = dll.func(
  'int __stdcall WTSQuerySessionInformationW(void *, uint32, int, _Out_ void **, _Out_ uint32 *)');
const enumerateEx = dll.func(
  'int __stdcall WTSEnumerateProcessesExW(void *, uint32 *, uint32, _Out_ void **, _Out_ uint32 *)');

let checks = 0;
function check(condition, message) {
  assert.ok(condition, message);
  checks++;
}

function listPlain(letter, structure) {
  const enumerate = dll.func(
    `int __stdcall WTSEnumerateProcesses${letter}(void *, uint32, uint32, _Out_ void **, _Out_ uint32 *)`);
  const [block, count] = [[null], [0]];
  check(enumerate(null, 0, 1, block, count) === 1, `WTSEnumerateProcesses${letter}: ${lastError()}`);
  const rows = koffi.decode(block[0], koffi.array(structure, count[0]));
  check(rows.every((row) => row.sid === null || isValidSid(row.sid) === 1), 'every SID is one');
  freeMemory(block[0]);
  return rows;
}

function checkLists() {
  const wide = listPlain('W', ProcessInfoW);
  const own = wide.find((row) => row.ProcessId === process.pid);
  check(own !== undefined, 'this process is listed');
  check(own.name.toLowerCase() === path.basename(process.execPath).toLowerCase(), `its name is ${own.name}`);
  const session = [0];
  sessionOf(process.pid, session);
  check(own.SessionId === session[0], 'its session is the one that the system says');
  const narrow = listPlain('A', ProcessInfoA);
  check(narrow.some((row) => row.ProcessId === process.pid && row.name === own.name), 'A names it as W does');

  const [block, count] = [[null], [0]];
  check(enumerateEx(null, Buffer.from([1, 0, 0, 0]), ANY_SESSION, block, count) === 1, 'level 1');
  const rows = koffi.decode(block[0], koffi.array(ProcessInfoExW, count[0]));
  const ownEx = rows.find((row) => row.ProcessId === process.pid);
  check(ownEx.threads > 1 && ownEx.workingSet > 1 << 20, 'Node has threads, and megabytes');
  check(freeMemoryEx(1, block[0], count[0]) === 1, 'WTSFreeMemoryExW');
}

function ownUserName() {
  const [name, length] = [Buffer.alloc(514), [257]];
  assert.ok(userName(name, length) === 1);
  return name.toString('utf16le', 0, 2 * (length[0] - 1));
}

function checkInformation() {
  const [block, length] = [[null], [0]];
  if (informationState === 'refuses') {
    check(query(null, CURRENT_SESSION, SESSION_ID_CLASS, block, length) === 0, 'refused as listed');
    check(lastError() === CALL_NOT_IMPLEMENTED, 'with 120');
    return;
  }
  const session = [0];
  sessionOf(process.pid, session);
  check(query(null, CURRENT_SESSION, SESSION_ID_CLASS, block, length) === 1, `class 4: ${lastError()}`);
  check(length[0] === 4 && koffi.decode(block[0], 'uint32') === session[0], 'the own session id');
  freeMemory(block[0]);
  check(query(null, CURRENT_SESSION, USER_NAME_CLASS, block, length) === 1, `class 5: ${lastError()}`);
  const name = koffi.decode(block[0], koffi.array('uint16', length[0] / 2));
  check(String.fromCharCode(...name) === `${ownUserName()}\0`, 'the own user name');
  freeMemory(block[0]);
}

async function checkTermination() {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  const exited = once(child, 'exit');
  await once(child, 'spawn');
  check(listPlain('W', ProcessInfoW).some((row) => row.ProcessId === child.pid), 'the child is listed');
  check(terminate(null, child.pid, 42) === 1, `WTSTerminateProcess: ${lastError()}`);
  const [code] = await exited;
  check(code === 42, `the child ended with ${code}`);
  check(terminate(null, 0x7ffffff0, 1) === 0 && lastError() === INVALID_PARAMETER, 'no such process: 87');
}

async function main() {
  // No Wine has this export: the loaded module is ours, whatever its path says.
  dll.func('int __stdcall WTSActiveSessionExists(void *)');
  checkLists();
  checkInformation();
  await checkTermination();
  console.log(`node ${process.version}: ${checks} checks passed`);
}

main().catch((error) => {
  console.log(error.stack);
  process.exit(1);
});
