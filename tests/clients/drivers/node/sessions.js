// The sessions of this machine and the end of a process, by koffi, which calls any DLL.
'use strict';
const { once } = require('node:events');
const { spawn } = require('node:child_process');
const koffi = require('koffi');

const dll = koffi.load('wtsapi32.dll');
const kernel32 = koffi.load('kernel32.dll');
const SessionInfo = koffi.struct('WTS_SESSION_INFOW', { SessionId: 'uint32', name: 'str16', state: 'int' });
const lastError = kernel32.func('uint32 __stdcall GetLastError()');
const enumerate = dll.func('int __stdcall WTSEnumerateSessionsW(void *, uint32, uint32, _Out_ void **, _Out_ uint32 *)');
const terminate = dll.func('int __stdcall WTSTerminateProcess(void *, uint32, uint32)');
const freeMemory = dll.func('void __stdcall WTSFreeMemory(void *)');

async function main() {
  const [block, count] = [[null], [0]];
  if (enumerate(null, 0, 1, block, count) !== 0) {
    for (const row of count[0] > 0 ? koffi.decode(block[0], koffi.array(SessionInfo, count[0])) : [])
      console.log(`session ${row.SessionId}: ${row.name}, state ${row.state}`);
    freeMemory(block[0]);
  } else {
    console.log(`WTSEnumerateSessionsW: error ${lastError()}`);
  }
  console.log(`sessions: ${count[0]}`);
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  const exited = once(child, 'exit');
  await once(child, 'spawn');
  if (terminate(null, child.pid, 42) !== 0) {
    console.log(`WTSTerminateProcess ended a child; it ended with ${(await exited)[0]}`);
  } else {
    console.log('WTSTerminateProcess failed; the child runs on');
    child.kill();
  }
}

main();
