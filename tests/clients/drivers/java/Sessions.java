// The sessions of this machine as OSHI shows them (the registry's, and what wtsapi32 knows of remote ones), and what it asks
// wtsapi32 about a process. OSHI calls it by JNA.
import java.util.List;

import oshi.SystemInfo;
import oshi.driver.windows.registry.ProcessWtsData;
import oshi.software.os.OSSession;

public final class Sessions {
    public static void main(String[] words) {
        List<OSSession> sessions = new SystemInfo().getOperatingSystem().getSessions();
        for (OSSession session : sessions)
            System.out.println("session: user " + session.getUserName() + ", station " + session.getTerminalDevice());
        System.out.println("sessions: " + sessions.size());
        int own = (int) ProcessHandle.current().pid();
        ProcessWtsData.WtsInfo info = ProcessWtsData.queryProcessWtsMap(List.of(own)).get(own);
        String threads = info != null && info.getThreadCount() > 1 ? ", threads" : "";
        System.out.println("this process: " + (info == null ? "not listed" : info.getName() + threads));
    }
}
