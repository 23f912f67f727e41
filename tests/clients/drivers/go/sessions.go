// The sessions of this machine and the token of the console's user, by golang.org/x/sys/windows.
package main

import (
	"fmt"
	"unsafe"

	"golang.org/x/sys/windows"
)

func main() {
	var rows *windows.WTS_SESSION_INFO
	var count uint32
	if err := windows.WTSEnumerateSessions(0, 0, 1, &rows, &count); err != nil {
		fmt.Println("WTSEnumerateSessions:", err)
	} else {
		for _, row := range unsafe.Slice(rows, count) {
			fmt.Printf("session %d: %s, state %d\n", row.SessionID, windows.UTF16PtrToString(row.WindowStationName), row.State)
		}
		windows.WTSFreeMemory(uintptr(unsafe.Pointer(rows)))
		fmt.Println("sessions:", count)
	}
	for _, session := range []uint32{windows.WTSGetActiveConsoleSessionId(), 4242} {
		var token windows.Token
		if err := windows.WTSQueryUserToken(session, &token); err != nil {
			fmt.Printf("the user's token of session %d: error %d\n", session, err)
			continue
		}
		fmt.Printf("the user's token of session %d: there\n", session)
		token.Close()
	}
}
