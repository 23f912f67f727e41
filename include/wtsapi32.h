/*
 * wtsapi32.h: the Remote Desktop Services API, complete: every function, structure, enumeration and constant.
 * It needs <windows.h> only, and replaces the toolchain's header of the same name (the guard is the same).
 * C11 and C++17.
 *
 * Strings of the A functions are in the ANSI code page, those of the W functions in UTF-16. Memory that a
 * function returns is freed with WTSFreeMemory, or with WTSFreeMemoryEx for the Ex functions; in this
 * implementation either of them, and LocalFree, frees any of it.
 *
 * A function that fails returns FALSE or NULL, sets the last error to the reason and leaves its outputs
 * untouched. Every function with a server handle fails with 6 for a value that is not an open handle; calls
 * on an opened server also fail with the errors of the server and of RPC. docs/contract.md describes each
 * function, its errors and their sources; docs/compatibility.md the differences between systems.
 */
#ifndef _INC_WTSAPI
#define _INC_WTSAPI

#include <windows.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- servers and sessions as arguments ---- */

#define WTS_CURRENT_SERVER ((HANDLE)NULL)
#define WTS_CURRENT_SERVER_HANDLE ((HANDLE)NULL)
#define WTS_CURRENT_SERVER_NAME NULL

#define WTS_CURRENT_SESSION ((DWORD)-1) /* the caller's session */
#define WTS_ANY_SESSION ((DWORD)-2)     /* for WTSEnumerateProcessesEx only */

/* ---- lengths, in characters without the NUL unless said otherwise ---- */

#define USERNAME_LENGTH 20
#define CLIENTNAME_LENGTH 20
#define CLIENTADDRESS_LENGTH 30
#define MAX_ELAPSED_TIME_LENGTH 15
#define MAX_DATE_TIME_LENGTH 56
#define WINSTATIONNAME_LENGTH 32
#define DOMAIN_LENGTH 17
#define WTS_DRIVE_LENGTH 3
#define WTS_LISTENER_NAME_LENGTH 32
#define WTS_COMMENT_LENGTH 60
#define PRODUCTINFO_COMPANYNAME_LENGTH 256
#define PRODUCTINFO_PRODUCTID_LENGTH 4
#define VALIDATIONINFORMATION_LICENSE_LENGTH 16384
#define VALIDATIONINFORMATION_HARDWAREID_LENGTH 20

/* ---- responses of WTSSendMessage in addition to those of a message box ---- */

#ifndef IDTIMEOUT
#define IDTIMEOUT 32000
#endif
#ifndef IDASYNC
#define IDASYNC 32001
#endif

/* ---- WTSShutdownSystem ---- */

#define WTS_WSD_LOGOFF 0x00000001
#define WTS_WSD_SHUTDOWN 0x00000002
#define WTS_WSD_REBOOT 0x00000004
#define WTS_WSD_POWEROFF 0x00000008
#define WTS_WSD_FASTREBOOT 0x00000010

/* ---- WTSWaitSystemEvent ---- */

#define WTS_EVENT_NONE 0x00000000
#define WTS_EVENT_CREATE 0x00000001
#define WTS_EVENT_DELETE 0x00000002
#define WTS_EVENT_RENAME 0x00000004
#define WTS_EVENT_CONNECT 0x00000008
#define WTS_EVENT_DISCONNECT 0x00000010
#define WTS_EVENT_LOGON 0x00000020
#define WTS_EVENT_LOGOFF 0x00000040
#define WTS_EVENT_STATECHANGE 0x00000080
#define WTS_EVENT_LICENSE 0x00000100
#define WTS_EVENT_ALL 0x7FFFFFFF
#define WTS_EVENT_FLUSH 0x80000000

/* ---- session notifications ---- */

#define NOTIFY_FOR_THIS_SESSION 0
#define NOTIFY_FOR_ALL_SESSIONS 1

#ifndef WM_WTSSESSION_CHANGE
#define WM_WTSSESSION_CHANGE 0x02B1
#endif

#ifndef WTS_CONSOLE_CONNECT
#define WTS_CONSOLE_CONNECT 0x1
#endif
#ifndef WTS_CONSOLE_DISCONNECT
#define WTS_CONSOLE_DISCONNECT 0x2
#endif
#ifndef WTS_REMOTE_CONNECT
#define WTS_REMOTE_CONNECT 0x3
#endif
#ifndef WTS_REMOTE_DISCONNECT
#define WTS_REMOTE_DISCONNECT 0x4
#endif
#ifndef WTS_SESSION_LOGON
#define WTS_SESSION_LOGON 0x5
#endif
#ifndef WTS_SESSION_LOGOFF
#define WTS_SESSION_LOGOFF 0x6
#endif
#ifndef WTS_SESSION_LOCK
#define WTS_SESSION_LOCK 0x7
#endif
#ifndef WTS_SESSION_UNLOCK
#define WTS_SESSION_UNLOCK 0x8
#endif
#ifndef WTS_SESSION_REMOTE_CONTROL
#define WTS_SESSION_REMOTE_CONTROL 0x9
#endif
#ifndef WTS_SESSION_CREATE
#define WTS_SESSION_CREATE 0xA
#endif
#ifndef WTS_SESSION_TERMINATE
#define WTS_SESSION_TERMINATE 0xB
#endif

/* ---- remote control hot keys ---- */

#define REMOTECONTROL_KBDSHIFT_HOTKEY 0x1
#define REMOTECONTROL_KBDCTRL_HOTKEY 0x2
#define REMOTECONTROL_KBDALT_HOTKEY 0x4

/* ---- virtual channels ---- */

#define WTS_CHANNEL_OPTION_DYNAMIC 0x00000001
#define WTS_CHANNEL_OPTION_DYNAMIC_PRI_LOW 0x00000000
#define WTS_CHANNEL_OPTION_DYNAMIC_PRI_MED 0x00000002
#define WTS_CHANNEL_OPTION_DYNAMIC_PRI_HIGH 0x00000004
#define WTS_CHANNEL_OPTION_DYNAMIC_PRI_REAL 0x00000006
#define WTS_CHANNEL_OPTION_DYNAMIC_NO_COMPRESS 0x00000008

/* ---- enumerations, all 4 bytes ---- */

/* State of a session. */
typedef enum _WTS_CONNECTSTATE_CLASS {
    WTSActive = 0,
    WTSConnected = 1,
    WTSConnectQuery = 2,
    WTSShadow = 3,
    WTSDisconnected = 4,
    WTSIdle = 5,
    WTSListen = 6,
    WTSReset = 7,
    WTSDown = 8,
    WTSInit = 9
} WTS_CONNECTSTATE_CLASS;

/* Which information WTSQuerySessionInformation returns. */
typedef enum _WTS_INFO_CLASS {
    WTSInitialProgram = 0,
    WTSApplicationName = 1,
    WTSWorkingDirectory = 2,
    WTSOEMId = 3,
    WTSSessionId = 4,
    WTSUserName = 5,
    WTSWinStationName = 6,
    WTSDomainName = 7,
    WTSConnectState = 8,
    WTSClientBuildNumber = 9,
    WTSClientName = 10,
    WTSClientDirectory = 11,
    WTSClientProductId = 12,
    WTSClientHardwareId = 13,
    WTSClientAddress = 14,
    WTSClientDisplay = 15,
    WTSClientProtocolType = 16,
    WTSIdleTime = 17,
    WTSLogonTime = 18,
    WTSIncomingBytes = 19,
    WTSOutgoingBytes = 20,
    WTSIncomingFrames = 21,
    WTSOutgoingFrames = 22,
    WTSClientInfo = 23,
    WTSSessionInfo = 24,
    WTSSessionInfoEx = 25,
    WTSConfigInfo = 26,
    WTSValidationInfo = 27,
    WTSSessionAddressV4 = 28,
    WTSIsRemoteSession = 29,
    WTSSessionActivityId = 30,
    WTSCapabilityCheck = 31
} WTS_INFO_CLASS;

/* Which setting WTSQueryUserConfig and WTSSetUserConfig read and write. */
typedef enum _WTS_CONFIG_CLASS {
    WTSUserConfigInitialProgram = 0,
    WTSUserConfigWorkingDirectory = 1,
    WTSUserConfigfInheritInitialProgram = 2,
    WTSUserConfigfAllowLogonTerminalServer = 3,
    WTSUserConfigTimeoutSettingsConnections = 4,
    WTSUserConfigTimeoutSettingsDisconnections = 5,
    WTSUserConfigTimeoutSettingsIdle = 6,
    WTSUserConfigfDeviceClientDrives = 7,
    WTSUserConfigfDeviceClientPrinters = 8,
    WTSUserConfigfDeviceClientDefaultPrinter = 9,
    WTSUserConfigBrokenTimeoutSettings = 10,
    WTSUserConfigReconnectSettings = 11,
    WTSUserConfigModemCallbackSettings = 12,
    WTSUserConfigModemCallbackPhoneNumber = 13,
    WTSUserConfigShadowingSettings = 14,
    WTSUserConfigTerminalServerProfilePath = 15,
    WTSUserConfigTerminalServerHomeDir = 16,
    WTSUserConfigTerminalServerHomeDirDrive = 17,
    WTSUserConfigfTerminalServerRemoteHomeDir = 18,
    WTSUserConfigUser = 19
} WTS_CONFIG_CLASS;

/* Where a user configuration comes from. */
typedef enum _WTS_CONFIG_SOURCE { WTSUserConfigSourceSAM = 0 } WTS_CONFIG_SOURCE;

/* Which information WTSVirtualChannelQuery returns. */
typedef enum _WTS_VIRTUAL_CLASS { WTSVirtualClientData = 0, WTSVirtualFileHandle = 1 } WTS_VIRTUAL_CLASS;

/* What WTSFreeMemoryEx frees. */
typedef enum _WTS_TYPE_CLASS {
    WTSTypeProcessInfoLevel0 = 0,
    WTSTypeProcessInfoLevel1 = 1,
    WTSTypeSessionInfoLevel1 = 2,
    WTSTypeCloudAuthServerNonce = 3,
    WTSTypeSerializedUserCredential = 4
} WTS_TYPE_CLASS;

/* ---- further constants ---- */

#define WTS_PROCESS_INFO_LEVEL_0 0
#define WTS_PROCESS_INFO_LEVEL_1 1

/* WTSINFOEX_LEVEL1.SessionFlags */
#define WTS_SESSIONSTATE_UNKNOWN 0xFFFFFFFF
#define WTS_SESSIONSTATE_LOCK 0x00000000
#define WTS_SESSIONSTATE_UNLOCK 0x00000001

/* WTSClientProtocolType */
#define WTS_PROTOCOL_TYPE_CONSOLE 0
#define WTS_PROTOCOL_TYPE_ICA 1
#define WTS_PROTOCOL_TYPE_RDP 2

/* WTSCreateListener */
#define WTS_LISTENER_CREATE 0x00000001
#define WTS_LISTENER_UPDATE 0x00000010

/* rights in the security descriptor of a listener */
#define WTS_SECURITY_QUERY_INFORMATION 0x00000001
#define WTS_SECURITY_SET_INFORMATION 0x00000002
#define WTS_SECURITY_RESET 0x00000004
#define WTS_SECURITY_VIRTUAL_CHANNELS 0x00000008
#define WTS_SECURITY_REMOTE_CONTROL 0x00000010
#define WTS_SECURITY_LOGON 0x00000020
#define WTS_SECURITY_LOGOFF 0x00000040
#define WTS_SECURITY_MESSAGE 0x00000080
#define WTS_SECURITY_CONNECT 0x00000100
#define WTS_SECURITY_DISCONNECT 0x00000200
#define WTS_SECURITY_GUEST_ACCESS WTS_SECURITY_LOGON
#define WTS_SECURITY_CURRENT_GUEST_ACCESS (WTS_SECURITY_VIRTUAL_CHANNELS | WTS_SECURITY_LOGOFF)
#define WTS_SECURITY_USER_ACCESS                                                                             \
    (WTS_SECURITY_CURRENT_GUEST_ACCESS | WTS_SECURITY_QUERY_INFORMATION | WTS_SECURITY_CONNECT)
#define WTS_SECURITY_CURRENT_USER_ACCESS                                                                     \
    (WTS_SECURITY_SET_INFORMATION | WTS_SECURITY_RESET | WTS_SECURITY_VIRTUAL_CHANNELS |                     \
     WTS_SECURITY_LOGOFF | WTS_SECURITY_DISCONNECT)
#define WTS_SECURITY_ALL_ACCESS                                                                              \
    (STANDARD_RIGHTS_REQUIRED | WTS_SECURITY_QUERY_INFORMATION | WTS_SECURITY_SET_INFORMATION |              \
     WTS_SECURITY_RESET | WTS_SECURITY_VIRTUAL_CHANNELS | WTS_SECURITY_REMOTE_CONTROL | WTS_SECURITY_LOGON | \
     WTS_SECURITY_MESSAGE | WTS_SECURITY_CONNECT | WTS_SECURITY_DISCONNECT)

/* ---- structures; strings in fixed arrays are cut to fit and always end in a NUL ---- */

typedef struct _WTS_SERVER_INFOA {
    LPSTR pServerName;
} WTS_SERVER_INFOA, *PWTS_SERVER_INFOA;

typedef struct _WTS_SERVER_INFOW {
    LPWSTR pServerName;
} WTS_SERVER_INFOW, *PWTS_SERVER_INFOW;

#ifdef UNICODE
typedef WTS_SERVER_INFOW WTS_SERVER_INFO;
typedef PWTS_SERVER_INFOW PWTS_SERVER_INFO;
#else
typedef WTS_SERVER_INFOA WTS_SERVER_INFO;
typedef PWTS_SERVER_INFOA PWTS_SERVER_INFO;
#endif

typedef struct _WTS_SESSION_INFOA {
    DWORD SessionId;
    LPSTR pWinStationName;
    WTS_CONNECTSTATE_CLASS State;
} WTS_SESSION_INFOA, *PWTS_SESSION_INFOA;

typedef struct _WTS_SESSION_INFOW {
    DWORD SessionId;
    LPWSTR pWinStationName;
    WTS_CONNECTSTATE_CLASS State;
} WTS_SESSION_INFOW, *PWTS_SESSION_INFOW;

#ifdef UNICODE
typedef WTS_SESSION_INFOW WTS_SESSION_INFO;
typedef PWTS_SESSION_INFOW PWTS_SESSION_INFO;
#else
typedef WTS_SESSION_INFOA WTS_SESSION_INFO;
typedef PWTS_SESSION_INFOA PWTS_SESSION_INFO;
#endif

typedef struct _WTS_SESSION_INFO_1A {
    DWORD ExecEnvId;
    WTS_CONNECTSTATE_CLASS State;
    DWORD SessionId;
    LPSTR pSessionName;
    LPSTR pHostName;
    LPSTR pUserName;
    LPSTR pDomainName;
    LPSTR pFarmName;
} WTS_SESSION_INFO_1A, *PWTS_SESSION_INFO_1A;

typedef struct _WTS_SESSION_INFO_1W {
    DWORD ExecEnvId;
    WTS_CONNECTSTATE_CLASS State;
    DWORD SessionId;
    LPWSTR pSessionName;
    LPWSTR pHostName;
    LPWSTR pUserName;
    LPWSTR pDomainName;
    LPWSTR pFarmName;
} WTS_SESSION_INFO_1W, *PWTS_SESSION_INFO_1W;

#ifdef UNICODE
typedef WTS_SESSION_INFO_1W WTS_SESSION_INFO_1;
typedef PWTS_SESSION_INFO_1W PWTS_SESSION_INFO_1;
#else
typedef WTS_SESSION_INFO_1A WTS_SESSION_INFO_1;
typedef PWTS_SESSION_INFO_1A PWTS_SESSION_INFO_1;
#endif

typedef struct _WTS_PROCESS_INFOA {
    DWORD SessionId;
    DWORD ProcessId;
    LPSTR pProcessName;
    PSID pUserSid;
} WTS_PROCESS_INFOA, *PWTS_PROCESS_INFOA;

typedef struct _WTS_PROCESS_INFOW {
    DWORD SessionId;
    DWORD ProcessId;
    LPWSTR pProcessName;
    PSID pUserSid;
} WTS_PROCESS_INFOW, *PWTS_PROCESS_INFOW;

#ifdef UNICODE
typedef WTS_PROCESS_INFOW WTS_PROCESS_INFO;
typedef PWTS_PROCESS_INFOW PWTS_PROCESS_INFO;
#else
typedef WTS_PROCESS_INFOA WTS_PROCESS_INFO;
typedef PWTS_PROCESS_INFOA PWTS_PROCESS_INFO;
#endif

typedef struct _WTS_PROCESS_INFO_EXA {
    DWORD SessionId;
    DWORD ProcessId;
    LPSTR pProcessName;
    PSID pUserSid;
    DWORD NumberOfThreads;
    DWORD HandleCount;
    DWORD PagefileUsage;
    DWORD PeakPagefileUsage;
    DWORD WorkingSetSize;
    DWORD PeakWorkingSetSize;
    LARGE_INTEGER UserTime;
    LARGE_INTEGER KernelTime;
} WTS_PROCESS_INFO_EXA, *PWTS_PROCESS_INFO_EXA;

typedef struct _WTS_PROCESS_INFO_EXW {
    DWORD SessionId;
    DWORD ProcessId;
    LPWSTR pProcessName;
    PSID pUserSid;
    DWORD NumberOfThreads;
    DWORD HandleCount;
    DWORD PagefileUsage;
    DWORD PeakPagefileUsage;
    DWORD WorkingSetSize;
    DWORD PeakWorkingSetSize;
    LARGE_INTEGER UserTime;
    LARGE_INTEGER KernelTime;
} WTS_PROCESS_INFO_EXW, *PWTS_PROCESS_INFO_EXW;

#ifdef UNICODE
typedef WTS_PROCESS_INFO_EXW WTS_PROCESS_INFO_EX;
typedef PWTS_PROCESS_INFO_EXW PWTS_PROCESS_INFO_EX;
#else
typedef WTS_PROCESS_INFO_EXA WTS_PROCESS_INFO_EX;
typedef PWTS_PROCESS_INFO_EXA PWTS_PROCESS_INFO_EX;
#endif

typedef struct _WTSCLIENTA {
    CHAR ClientName[CLIENTNAME_LENGTH + 1];
    CHAR Domain[DOMAIN_LENGTH + 1];
    CHAR UserName[USERNAME_LENGTH + 1];
    CHAR WorkDirectory[MAX_PATH + 1];
    CHAR InitialProgram[MAX_PATH + 1];
    BYTE EncryptionLevel;
    ULONG ClientAddressFamily;
    USHORT ClientAddress[CLIENTADDRESS_LENGTH + 1];
    USHORT HRes;
    USHORT VRes;
    USHORT ColorDepth;
    CHAR ClientDirectory[MAX_PATH + 1];
    ULONG ClientBuildNumber;
    ULONG ClientHardwareId;
    USHORT ClientProductId;
    USHORT OutBufCountHost;
    USHORT OutBufCountClient;
    USHORT OutBufLength;
    CHAR DeviceId[MAX_PATH + 1];
} WTSCLIENTA, *PWTSCLIENTA;

typedef struct _WTSCLIENTW {
    WCHAR ClientName[CLIENTNAME_LENGTH + 1];
    WCHAR Domain[DOMAIN_LENGTH + 1];
    WCHAR UserName[USERNAME_LENGTH + 1];
    WCHAR WorkDirectory[MAX_PATH + 1];
    WCHAR InitialProgram[MAX_PATH + 1];
    BYTE EncryptionLevel;
    ULONG ClientAddressFamily;
    USHORT ClientAddress[CLIENTADDRESS_LENGTH + 1];
    USHORT HRes;
    USHORT VRes;
    USHORT ColorDepth;
    WCHAR ClientDirectory[MAX_PATH + 1];
    ULONG ClientBuildNumber;
    ULONG ClientHardwareId;
    USHORT ClientProductId;
    USHORT OutBufCountHost;
    USHORT OutBufCountClient;
    USHORT OutBufLength;
    WCHAR DeviceId[MAX_PATH + 1];
} WTSCLIENTW, *PWTSCLIENTW;

#ifdef UNICODE
typedef WTSCLIENTW WTSCLIENT;
typedef PWTSCLIENTW PWTSCLIENT;
#else
typedef WTSCLIENTA WTSCLIENT;
typedef PWTSCLIENTA PWTSCLIENT;
#endif

/*
 * The A form has two names for one member: OutgoingCompressedBy, as in the SDK, and OutgoingCompressedBytes,
 * as in the W form and in other vendors' headers. Times are FILETIME values, UTC.
 */
typedef struct _WTSINFOA {
    WTS_CONNECTSTATE_CLASS State;
    DWORD SessionId;
    DWORD IncomingBytes;
    DWORD OutgoingBytes;
    DWORD IncomingFrames;
    DWORD OutgoingFrames;
    DWORD IncomingCompressedBytes;
    union {
        DWORD OutgoingCompressedBy;
        DWORD OutgoingCompressedBytes;
    };
    CHAR WinStationName[WINSTATIONNAME_LENGTH];
    CHAR Domain[DOMAIN_LENGTH];
    CHAR UserName[USERNAME_LENGTH + 1];
    LARGE_INTEGER ConnectTime;
    LARGE_INTEGER DisconnectTime;
    LARGE_INTEGER LastInputTime;
    LARGE_INTEGER LogonTime;
    LARGE_INTEGER CurrentTime;
} WTSINFOA, *PWTSINFOA;

typedef struct _WTSINFOW {
    WTS_CONNECTSTATE_CLASS State;
    DWORD SessionId;
    DWORD IncomingBytes;
    DWORD OutgoingBytes;
    DWORD IncomingFrames;
    DWORD OutgoingFrames;
    DWORD IncomingCompressedBytes;
    DWORD OutgoingCompressedBytes;
    WCHAR WinStationName[WINSTATIONNAME_LENGTH];
    WCHAR Domain[DOMAIN_LENGTH];
    WCHAR UserName[USERNAME_LENGTH + 1];
    LARGE_INTEGER ConnectTime;
    LARGE_INTEGER DisconnectTime;
    LARGE_INTEGER LastInputTime;
    LARGE_INTEGER LogonTime;
    LARGE_INTEGER CurrentTime;
} WTSINFOW, *PWTSINFOW;

#ifdef UNICODE
typedef WTSINFOW WTSINFO;
typedef PWTSINFOW PWTSINFO;
#else
typedef WTSINFOA WTSINFO;
typedef PWTSINFOA PWTSINFO;
#endif

typedef struct _WTSINFOEX_LEVEL1_W {
    ULONG SessionId;
    WTS_CONNECTSTATE_CLASS SessionState;
    LONG SessionFlags;
    WCHAR WinStationName[WINSTATIONNAME_LENGTH + 1];
    WCHAR UserName[USERNAME_LENGTH + 1];
    WCHAR DomainName[DOMAIN_LENGTH + 1];
    LARGE_INTEGER LogonTime;
    LARGE_INTEGER ConnectTime;
    LARGE_INTEGER DisconnectTime;
    LARGE_INTEGER LastInputTime;
    LARGE_INTEGER CurrentTime;
    DWORD IncomingBytes;
    DWORD OutgoingBytes;
    DWORD IncomingFrames;
    DWORD OutgoingFrames;
    DWORD IncomingCompressedBytes;
    DWORD OutgoingCompressedBytes;
} WTSINFOEX_LEVEL1_W, *PWTSINFOEX_LEVEL1_W;

typedef struct _WTSINFOEX_LEVEL1_A {
    ULONG SessionId;
    WTS_CONNECTSTATE_CLASS SessionState;
    LONG SessionFlags;
    CHAR WinStationName[WINSTATIONNAME_LENGTH + 1];
    CHAR UserName[USERNAME_LENGTH + 1];
    CHAR DomainName[DOMAIN_LENGTH + 1];
    LARGE_INTEGER LogonTime;
    LARGE_INTEGER ConnectTime;
    LARGE_INTEGER DisconnectTime;
    LARGE_INTEGER LastInputTime;
    LARGE_INTEGER CurrentTime;
    DWORD IncomingBytes;
    DWORD OutgoingBytes;
    DWORD IncomingFrames;
    DWORD OutgoingFrames;
    DWORD IncomingCompressedBytes;
    DWORD OutgoingCompressedBytes;
} WTSINFOEX_LEVEL1_A, *PWTSINFOEX_LEVEL1_A;

typedef union _WTSINFOEX_LEVEL_W {
    WTSINFOEX_LEVEL1_W WTSInfoExLevel1;
} WTSINFOEX_LEVEL_W, *PWTSINFOEX_LEVEL_W;

typedef union _WTSINFOEX_LEVEL_A {
    WTSINFOEX_LEVEL1_A WTSInfoExLevel1;
} WTSINFOEX_LEVEL_A, *PWTSINFOEX_LEVEL_A;

typedef struct _WTSINFOEXW {
    DWORD Level;
    WTSINFOEX_LEVEL_W Data;
} WTSINFOEXW, *PWTSINFOEXW;

typedef struct _WTSINFOEXA {
    DWORD Level;
    WTSINFOEX_LEVEL_A Data;
} WTSINFOEXA, *PWTSINFOEXA;

#ifdef UNICODE
typedef WTSINFOEXW WTSINFOEX;
typedef PWTSINFOEXW PWTSINFOEX;
#else
typedef WTSINFOEXA WTSINFOEX;
typedef PWTSINFOEXA PWTSINFOEX;
#endif

typedef struct _WTSCONFIGINFOA {
    ULONG version;
    ULONG fConnectClientDrivesAtLogon;
    ULONG fConnectPrinterAtLogon;
    ULONG fDisablePrinterRedirection;
    ULONG fDisableDefaultMainClientPrinter;
    ULONG ShadowSettings;
    CHAR LogonUserName[USERNAME_LENGTH + 1];
    CHAR LogonDomain[DOMAIN_LENGTH + 1];
    CHAR WorkDirectory[MAX_PATH + 1];
    CHAR InitialProgram[MAX_PATH + 1];
    CHAR ApplicationName[MAX_PATH + 1];
} WTSCONFIGINFOA, *PWTSCONFIGINFOA;

typedef struct _WTSCONFIGINFOW {
    ULONG version;
    ULONG fConnectClientDrivesAtLogon;
    ULONG fConnectPrinterAtLogon;
    ULONG fDisablePrinterRedirection;
    ULONG fDisableDefaultMainClientPrinter;
    ULONG ShadowSettings;
    WCHAR LogonUserName[USERNAME_LENGTH + 1];
    WCHAR LogonDomain[DOMAIN_LENGTH + 1];
    WCHAR WorkDirectory[MAX_PATH + 1];
    WCHAR InitialProgram[MAX_PATH + 1];
    WCHAR ApplicationName[MAX_PATH + 1];
} WTSCONFIGINFOW, *PWTSCONFIGINFOW;

#ifdef UNICODE
typedef WTSCONFIGINFOW WTSCONFIGINFO;
typedef PWTSCONFIGINFOW PWTSCONFIGINFO;
#else
typedef WTSCONFIGINFOA WTSCONFIGINFO;
typedef PWTSCONFIGINFOA PWTSCONFIGINFO;
#endif

typedef struct _PRODUCT_INFOA {
    CHAR CompanyName[PRODUCTINFO_COMPANYNAME_LENGTH];
    CHAR ProductID[PRODUCTINFO_PRODUCTID_LENGTH];
} PRODUCT_INFOA, *PPRODUCT_INFOA;

typedef struct _PRODUCT_INFOW {
    WCHAR CompanyName[PRODUCTINFO_COMPANYNAME_LENGTH];
    WCHAR ProductID[PRODUCTINFO_PRODUCTID_LENGTH];
} PRODUCT_INFOW, *PPRODUCT_INFOW;

#ifdef UNICODE
typedef PRODUCT_INFOW PRODUCT_INFO;
typedef PPRODUCT_INFOW PPRODUCT_INFO;
#else
typedef PRODUCT_INFOA PRODUCT_INFO;
typedef PPRODUCT_INFOA PPRODUCT_INFO;
#endif

typedef struct _WTS_VALIDATION_INFORMATIONA {
    PRODUCT_INFOA ProductInfo;
    BYTE License[VALIDATIONINFORMATION_LICENSE_LENGTH];
    DWORD LicenseLength;
    BYTE HardwareID[VALIDATIONINFORMATION_HARDWAREID_LENGTH];
    DWORD HardwareIDLength;
} WTS_VALIDATION_INFORMATIONA, *PWTS_VALIDATION_INFORMATIONA;

typedef struct _WTS_VALIDATION_INFORMATIONW {
    PRODUCT_INFOW ProductInfo;
    BYTE License[VALIDATIONINFORMATION_LICENSE_LENGTH];
    DWORD LicenseLength;
    BYTE HardwareID[VALIDATIONINFORMATION_HARDWAREID_LENGTH];
    DWORD HardwareIDLength;
} WTS_VALIDATION_INFORMATIONW, *PWTS_VALIDATION_INFORMATIONW;

#ifdef UNICODE
typedef WTS_VALIDATION_INFORMATIONW WTS_VALIDATION_INFORMATION;
typedef PWTS_VALIDATION_INFORMATIONW PWTS_VALIDATION_INFORMATION;
#else
typedef WTS_VALIDATION_INFORMATIONA WTS_VALIDATION_INFORMATION;
typedef PWTS_VALIDATION_INFORMATIONA PWTS_VALIDATION_INFORMATION;
#endif

/* An IPv4 address begins at Address[2]. */
typedef struct _WTS_CLIENT_ADDRESS {
    DWORD AddressFamily;
    BYTE Address[20];
} WTS_CLIENT_ADDRESS, *PWTS_CLIENT_ADDRESS;

typedef struct _WTS_CLIENT_DISPLAY {
    DWORD HorizontalResolution;
    DWORD VerticalResolution;
    DWORD ColorDepth;
} WTS_CLIENT_DISPLAY, *PWTS_CLIENT_DISPLAY;

typedef struct _WTS_SESSION_ADDRESS {
    DWORD AddressFamily;
    BYTE Address[20];
} WTS_SESSION_ADDRESS, *PWTS_SESSION_ADDRESS;

typedef struct _WTSUSERCONFIGA {
    DWORD Source;
    DWORD InheritInitialProgram;
    DWORD AllowLogonTerminalServer;
    DWORD TimeoutSettingsConnections;
    DWORD TimeoutSettingsDisconnections;
    DWORD TimeoutSettingsIdle;
    DWORD DeviceClientDrives;
    DWORD DeviceClientPrinters;
    DWORD ClientDefaultPrinter;
    DWORD BrokenTimeoutSettings;
    DWORD ReconnectSettings;
    DWORD ShadowingSettings;
    DWORD TerminalServerRemoteHomeDir;
    CHAR InitialProgram[MAX_PATH + 1];
    CHAR WorkDirectory[MAX_PATH + 1];
    CHAR TerminalServerProfilePath[MAX_PATH + 1];
    CHAR TerminalServerHomeDir[MAX_PATH + 1];
    CHAR TerminalServerHomeDirDrive[WTS_DRIVE_LENGTH + 1];
} WTSUSERCONFIGA, *PWTSUSERCONFIGA;

typedef struct _WTSUSERCONFIGW {
    DWORD Source;
    DWORD InheritInitialProgram;
    DWORD AllowLogonTerminalServer;
    DWORD TimeoutSettingsConnections;
    DWORD TimeoutSettingsDisconnections;
    DWORD TimeoutSettingsIdle;
    DWORD DeviceClientDrives;
    DWORD DeviceClientPrinters;
    DWORD ClientDefaultPrinter;
    DWORD BrokenTimeoutSettings;
    DWORD ReconnectSettings;
    DWORD ShadowingSettings;
    DWORD TerminalServerRemoteHomeDir;
    WCHAR InitialProgram[MAX_PATH + 1];
    WCHAR WorkDirectory[MAX_PATH + 1];
    WCHAR TerminalServerProfilePath[MAX_PATH + 1];
    WCHAR TerminalServerHomeDir[MAX_PATH + 1];
    WCHAR TerminalServerHomeDirDrive[WTS_DRIVE_LENGTH + 1];
} WTSUSERCONFIGW, *PWTSUSERCONFIGW;

#ifdef UNICODE
typedef WTSUSERCONFIGW WTSUSERCONFIG;
typedef PWTSUSERCONFIGW PWTSUSERCONFIG;
#else
typedef WTSUSERCONFIGA WTSUSERCONFIG;
typedef PWTSUSERCONFIGA PWTSUSERCONFIG;
#endif

typedef struct _WTSLISTENERCONFIGA {
    ULONG version;
    ULONG fEnableListener;
    ULONG MaxConnectionCount;
    ULONG fPromptForPassword;
    ULONG fInheritColorDepth;
    ULONG ColorDepth;
    ULONG fInheritBrokenTimeoutSettings;
    ULONG BrokenTimeoutSettings;
    ULONG fDisablePrinterRedirection;
    ULONG fDisableDriveRedirection;
    ULONG fDisableComPortRedirection;
    ULONG fDisableLPTPortRedirection;
    ULONG fDisableClipboardRedirection;
    ULONG fDisableAudioRedirection;
    ULONG fDisablePNPRedirection;
    ULONG fDisableDefaultMainClientPrinter;
    ULONG LanAdapter;
    ULONG PortNumber;
    ULONG fInheritShadowSettings;
    ULONG ShadowSettings;
    ULONG TimeoutSettingsConnection;
    ULONG TimeoutSettingsDisconnection;
    ULONG TimeoutSettingsIdle;
    ULONG SecurityLayer;
    ULONG MinEncryptionLevel;
    ULONG UserAuthentication;
    CHAR Comment[WTS_COMMENT_LENGTH + 1];
    CHAR LogonUserName[USERNAME_LENGTH + 1];
    CHAR LogonDomain[DOMAIN_LENGTH + 1];
    CHAR WorkDirectory[MAX_PATH + 1];
    CHAR InitialProgram[MAX_PATH + 1];
} WTSLISTENERCONFIGA, *PWTSLISTENERCONFIGA;

typedef struct _WTSLISTENERCONFIGW {
    ULONG version;
    ULONG fEnableListener;
    ULONG MaxConnectionCount;
    ULONG fPromptForPassword;
    ULONG fInheritColorDepth;
    ULONG ColorDepth;
    ULONG fInheritBrokenTimeoutSettings;
    ULONG BrokenTimeoutSettings;
    ULONG fDisablePrinterRedirection;
    ULONG fDisableDriveRedirection;
    ULONG fDisableComPortRedirection;
    ULONG fDisableLPTPortRedirection;
    ULONG fDisableClipboardRedirection;
    ULONG fDisableAudioRedirection;
    ULONG fDisablePNPRedirection;
    ULONG fDisableDefaultMainClientPrinter;
    ULONG LanAdapter;
    ULONG PortNumber;
    ULONG fInheritShadowSettings;
    ULONG ShadowSettings;
    ULONG TimeoutSettingsConnection;
    ULONG TimeoutSettingsDisconnection;
    ULONG TimeoutSettingsIdle;
    ULONG SecurityLayer;
    ULONG MinEncryptionLevel;
    ULONG UserAuthentication;
    WCHAR Comment[WTS_COMMENT_LENGTH + 1];
    WCHAR LogonUserName[USERNAME_LENGTH + 1];
    WCHAR LogonDomain[DOMAIN_LENGTH + 1];
    WCHAR WorkDirectory[MAX_PATH + 1];
    WCHAR InitialProgram[MAX_PATH + 1];
} WTSLISTENERCONFIGW, *PWTSLISTENERCONFIGW;

#ifdef UNICODE
typedef WTSLISTENERCONFIGW WTSLISTENERCONFIG;
typedef PWTSLISTENERCONFIGW PWTSLISTENERCONFIG;
#else
typedef WTSLISTENERCONFIGA WTSLISTENERCONFIG;
typedef PWTSLISTENERCONFIGA PWTSLISTENERCONFIG;
#endif

/* A listener's name is an array; lists are arrays of these. */
typedef WCHAR WTSLISTENERNAMEW[WTS_LISTENER_NAME_LENGTH + 1];
typedef CHAR WTSLISTENERNAMEA[WTS_LISTENER_NAME_LENGTH + 1];
typedef WTSLISTENERNAMEW *PWTSLISTENERNAMEW;
typedef WTSLISTENERNAMEA *PWTSLISTENERNAMEA;
#ifdef UNICODE
typedef WTSLISTENERNAMEW WTSLISTENERNAME;
typedef PWTSLISTENERNAMEW PWTSLISTENERNAME;
#else
typedef WTSLISTENERNAMEA WTSLISTENERNAME;
typedef PWTSLISTENERNAMEA PWTSLISTENERNAME;
#endif

/* Opaque. */
DECLARE_HANDLE(WTS_CLOUD_AUTH_HANDLE);
typedef struct _WTS_SERIALIZED_USER_CREDENTIAL WTS_SERIALIZED_USER_CREDENTIAL,
    *PWTS_SERIALIZED_USER_CREDENTIAL;

/* ---- processes ---- */

/*
 * Ends a process; its exit code becomes ExitCode, bit for bit. It may return TRUE before the process is gone;
 * success leaves the last error untouched. 87: no such process. 5: access denied, or the process has already
 * exited. docs/contract.md#terminate-process
 */
BOOL WINAPI WTSTerminateProcess(HANDLE hServer, DWORD ProcessId, DWORD ExitCode);

/*
 * Lists the processes of all sessions. Reserved is 0, Version 1; 87 for other values and for NULL outputs.
 * Success sets the last error to 0. pUserSid may be NULL. Freed with WTSFreeMemory.
 * docs/contract.md#process-list
 */
BOOL WINAPI WTSEnumerateProcessesA(HANDLE hServer, DWORD Reserved, DWORD Version,
                                   PWTS_PROCESS_INFOA *ppProcessInfo, DWORD *pCount);
BOOL WINAPI WTSEnumerateProcessesW(HANDLE hServer, DWORD Reserved, DWORD Version,
                                   PWTS_PROCESS_INFOW *ppProcessInfo, DWORD *pCount);
#ifdef UNICODE
#define WTSEnumerateProcesses WTSEnumerateProcessesW
#else
#define WTSEnumerateProcesses WTSEnumerateProcessesA
#endif

/*
 * Lists the processes of one session, or of all (WTS_ANY_SESSION): level 0 as WTS_PROCESS_INFO, level 1 as
 * WTS_PROCESS_INFO_EX. 87 for NULL outputs and for another level, which is then replaced by 1. Success sets
 * the last error to 0. Freed with WTSFreeMemoryEx. docs/contract.md#process-list-ex
 */
BOOL WINAPI WTSEnumerateProcessesExA(HANDLE hServer, DWORD *pLevel, DWORD SessionId, LPSTR *ppProcessInfo,
                                     DWORD *pCount);
BOOL WINAPI WTSEnumerateProcessesExW(HANDLE hServer, DWORD *pLevel, DWORD SessionId, LPWSTR *ppProcessInfo,
                                     DWORD *pCount);
#ifdef UNICODE
#define WTSEnumerateProcessesEx WTSEnumerateProcessesExW
#else
#define WTSEnumerateProcessesEx WTSEnumerateProcessesExA
#endif

/* ---- servers ---- */

/*
 * Returns a handle of a server without touching the network: an unreachable server is reported by the first
 * call. NULL, "", ".", "localhost" and this machine's own name mean this machine. Fails only with 87 (more
 * than 255 characters, or bytes that are not valid text) and 8. docs/contract.md#open-server
 */
HANDLE WINAPI WTSOpenServerA(LPSTR pServerName);
HANDLE WINAPI WTSOpenServerW(LPWSTR pServerName);
#ifdef UNICODE
#define WTSOpenServer WTSOpenServerW
#else
#define WTSOpenServer WTSOpenServerA
#endif
HANDLE WINAPI WTSOpenServerExA(LPSTR pServerName);
HANDLE WINAPI WTSOpenServerExW(LPWSTR pServerName);
#ifdef UNICODE
#define WTSOpenServerEx WTSOpenServerExW
#else
#define WTSOpenServerEx WTSOpenServerExA
#endif

/*
 * Closes a handle; NULL, unknown and closed values are ignored. Calls in flight on it end with 1726, waits
 * for events with 995.
 */
VOID WINAPI WTSCloseServer(HANDLE hServer);

/*
 * Lists the session hosts of a domain; NULL is the current one. Reserved is 0, Version 1; 87 for other values
 * and for NULL outputs; 6118 where the network has no browser service. Freed with WTSFreeMemory.
 * docs/contract.md#server-list
 */
BOOL WINAPI WTSEnumerateServersA(LPSTR pDomainName, DWORD Reserved, DWORD Version,
                                 PWTS_SERVER_INFOA *ppServerInfo, DWORD *pCount);
BOOL WINAPI WTSEnumerateServersW(LPWSTR pDomainName, DWORD Reserved, DWORD Version,
                                 PWTS_SERVER_INFOW *ppServerInfo, DWORD *pCount);
#ifdef UNICODE
#define WTSEnumerateServers WTSEnumerateServersW
#else
#define WTSEnumerateServers WTSEnumerateServersA
#endif

/* ---- memory ---- */

/*
 * Frees what the other functions returned; NULL is allowed. NumberOfEntries is the count that came with the
 * array. WTSFreeMemoryEx fails with 87 for an unknown class. docs/contract.md#free-memory
 */
VOID WINAPI WTSFreeMemory(PVOID pMemory);
BOOL WINAPI WTSFreeMemoryExA(WTS_TYPE_CLASS WTSTypeClass, PVOID pMemory, ULONG NumberOfEntries);
BOOL WINAPI WTSFreeMemoryExW(WTS_TYPE_CLASS WTSTypeClass, PVOID pMemory, ULONG NumberOfEntries);
#ifdef UNICODE
#define WTSFreeMemoryEx WTSFreeMemoryExW
#else
#define WTSFreeMemoryEx WTSFreeMemoryExA
#endif

/* ---- sessions ---- */

/*
 * Lists the sessions that the caller may see. Reserved is 0, Version 1; 87 for other values and for NULL
 * outputs. Freed with WTSFreeMemory. docs/contract.md#session-list
 */
BOOL WINAPI WTSEnumerateSessionsA(HANDLE hServer, DWORD Reserved, DWORD Version,
                                  PWTS_SESSION_INFOA *ppSessionInfo, DWORD *pCount);
BOOL WINAPI WTSEnumerateSessionsW(HANDLE hServer, DWORD Reserved, DWORD Version,
                                  PWTS_SESSION_INFOW *ppSessionInfo, DWORD *pCount);
#ifdef UNICODE
#define WTSEnumerateSessions WTSEnumerateSessionsW
#else
#define WTSEnumerateSessions WTSEnumerateSessionsA
#endif

/*
 * The same with the user of each session. *pLevel is 1, Filter 0; 87 for other values and for NULL outputs.
 * Host, user, domain and farm may be NULL. Freed with WTSFreeMemoryEx. docs/contract.md#session-list-ex
 */
BOOL WINAPI WTSEnumerateSessionsExA(HANDLE hServer, DWORD *pLevel, DWORD Filter,
                                    PWTS_SESSION_INFO_1A *ppSessionInfo, DWORD *pCount);
BOOL WINAPI WTSEnumerateSessionsExW(HANDLE hServer, DWORD *pLevel, DWORD Filter,
                                    PWTS_SESSION_INFO_1W *ppSessionInfo, DWORD *pCount);
#ifdef UNICODE
#define WTSEnumerateSessionsEx WTSEnumerateSessionsExW
#else
#define WTSEnumerateSessionsEx WTSEnumerateSessionsExA
#endif

/*
 * Returns one piece of information about a session. *pBytesReturned is a length in bytes and includes the
 * terminating NUL of a string. 1784: NULL output. 87: no such class. 50: a class that is not supported. 2: no
 * such session. Freed with WTSFreeMemory. docs/contract.md#session-information
 */
BOOL WINAPI WTSQuerySessionInformationA(HANDLE hServer, DWORD SessionId, WTS_INFO_CLASS WTSInfoClass,
                                        LPSTR *ppBuffer, DWORD *pBytesReturned);
BOOL WINAPI WTSQuerySessionInformationW(HANDLE hServer, DWORD SessionId, WTS_INFO_CLASS WTSInfoClass,
                                        LPWSTR *ppBuffer, DWORD *pBytesReturned);
#ifdef UNICODE
#define WTSQuerySessionInformation WTSQuerySessionInformationW
#else
#define WTSQuerySessionInformation WTSQuerySessionInformationA
#endif

/* Not documented by Microsoft; always fails with 120. docs/contract.md#set-session-information */
BOOL WINAPI WTSSetSessionInformationA(HANDLE hServer, DWORD SessionId, WTS_INFO_CLASS WTSInfoClass,
                                      LPSTR pBuffer, DWORD DataLength);
BOOL WINAPI WTSSetSessionInformationW(HANDLE hServer, DWORD SessionId, WTS_INFO_CLASS WTSInfoClass,
                                      LPWSTR pBuffer, DWORD DataLength);
#ifdef UNICODE
#define WTSSetSessionInformation WTSSetSessionInformationW
#else
#define WTSSetSessionInformation WTSSetSessionInformationA
#endif

/*
 * Shows a message box in a session. Both lengths are in bytes, A and W alike; Style is that of MessageBox;
 * Timeout is in seconds, 0 means no limit. *pResponse is the id of the button, IDTIMEOUT, or, without bWait,
 * IDASYNC. 7022: no such session. 50: the session has no desktop that can show it.
 * docs/contract.md#send-message
 */
BOOL WINAPI WTSSendMessageA(HANDLE hServer, DWORD SessionId, LPSTR pTitle, DWORD TitleLength, LPSTR pMessage,
                            DWORD MessageLength, DWORD Style, DWORD Timeout, DWORD *pResponse, BOOL bWait);
BOOL WINAPI WTSSendMessageW(HANDLE hServer, DWORD SessionId, LPWSTR pTitle, DWORD TitleLength,
                            LPWSTR pMessage, DWORD MessageLength, DWORD Style, DWORD Timeout,
                            DWORD *pResponse, BOOL bWait);
#ifdef UNICODE
#define WTSSendMessage WTSSendMessageW
#else
#define WTSSendMessage WTSSendMessageA
#endif

/*
 * Disconnect a session from its client, or log its user off and end it; with bWait they return when that is
 * done. 2: no such session. 5: access denied. 50: not possible on this system.
 * docs/contract.md#session-control
 */
BOOL WINAPI WTSDisconnectSession(HANDLE hServer, DWORD SessionId, BOOL bWait);
BOOL WINAPI WTSLogoffSession(HANDLE hServer, DWORD SessionId, BOOL bWait);

/* Connects a session of this machine in the place of another. 87: NULL password, or both ids the caller's. */
BOOL WINAPI WTSConnectSessionA(ULONG LogonId, ULONG TargetLogonId, PSTR pPassword, BOOL bWait);
BOOL WINAPI WTSConnectSessionW(ULONG LogonId, ULONG TargetLogonId, PWSTR pPassword, BOOL bWait);
#ifdef UNICODE
#define WTSConnectSession WTSConnectSessionW
#else
#define WTSConnectSession WTSConnectSessionA
#endif

/*
 * Shuts down, restarts or powers off (WTS_WSD_*). 87: no flag, or an unknown one. 50: not possible on this
 * system. 1314: the caller lacks the privilege. docs/contract.md#session-control
 */
BOOL WINAPI WTSShutdownSystem(HANDLE hServer, DWORD ShutdownFlag);

/*
 * Waits, without a limit, until one of the events in EventMask (WTS_EVENT_*) happens, and returns which. Each
 * handle can have one waiter: 170 for a second one. WTS_EVENT_FLUSH ends the wait of another thread, which
 * returns TRUE with no event. 995: the handle was closed. docs/contract.md#wait-system-event
 */
BOOL WINAPI WTSWaitSystemEvent(HANDLE hServer, DWORD EventMask, DWORD *pEventFlags);

/* Reports whether any session is active. 87: NULL output. */
BOOL WINAPI WTSActiveSessionExists(PBOOL pbActiveSessionExists);

/*
 * Shadowing of another session, which clients have refused since Windows 8. Start fails with 50, Stop with
 * 7022. docs/contract.md#remote-control
 */
BOOL WINAPI WTSStartRemoteControlSessionA(LPSTR pTargetServerName, ULONG TargetLogonId, BYTE HotkeyVk,
                                          USHORT HotkeyModifiers);
BOOL WINAPI WTSStartRemoteControlSessionW(LPWSTR pTargetServerName, ULONG TargetLogonId, BYTE HotkeyVk,
                                          USHORT HotkeyModifiers);
#ifdef UNICODE
#define WTSStartRemoteControlSession WTSStartRemoteControlSessionW
#else
#define WTSStartRemoteControlSession WTSStartRemoteControlSessionA
#endif
BOOL WINAPI WTSStopRemoteControlSession(ULONG LogonId);

/*
 * Returns a primary token of the session's user; the caller closes it with CloseHandle. 87: NULL output.
 * 1314: the caller may not act as part of the system. 2: no such session. 1008: nobody is logged on.
 * docs/contract.md#user-token
 */
BOOL WINAPI WTSQueryUserToken(ULONG SessionId, PHANDLE phToken);

/*
 * Register a window for WM_WTSSESSION_CHANGE. Registrations are counted; each needs an unregistration before
 * the window dies. 1400: the window does not exist. 87: unknown flags, or the window is not registered.
 * docs/contract.md#notifications
 */
BOOL WINAPI WTSRegisterSessionNotification(HWND hWnd, DWORD dwFlags);
BOOL WINAPI WTSRegisterSessionNotificationEx(HANDLE hServer, HWND hWnd, DWORD dwFlags);
BOOL WINAPI WTSUnRegisterSessionNotification(HWND hWnd);
BOOL WINAPI WTSUnRegisterSessionNotificationEx(HANDLE hServer, HWND hWnd);

/* Child sessions, of which this system has none: enabling them fails with 50. 87: NULL output. The SDK lacks
 * WINAPI here, see docs/contract.md#t3. docs/contract.md#child-sessions */
BOOL WINAPI WTSEnableChildSessions(BOOL bEnable);
BOOL WINAPI WTSIsChildSessionsEnabled(PBOOL pbEnabled);
BOOL WINAPI WTSGetChildSessionId(PULONG pSessionId);

/* ---- user configuration ---- */

/*
 * Terminal services settings of an account. pServerName is a name, not a handle: a domain controller, with or
 * without "\\" in front, or another machine for its own accounts; pUserName is "user" or "DOMAIN\\user".
 * DataLength of a text is in characters, at most 256. A number has 4 bytes; the W form accepts a DataLength
 * of 2 and above for it, the A form 4 and above. The buffer of WTSQueryUserConfig is freed with
 * WTSFreeMemory. 87: wrong argument or value. 50: this machine. 2221: no such user. 1355: another domain. 5:
 * access denied. 13, from WTSSetUserConfig: settings of other programs would be lost. Also the errors of
 * opened servers. A caller who may write an account's settings but not read them overwrites them.
 * docs/contract.md#user-config
 */
BOOL WINAPI WTSQueryUserConfigA(LPSTR pServerName, LPSTR pUserName, WTS_CONFIG_CLASS WTSConfigClass,
                                LPSTR *ppBuffer, DWORD *pBytesReturned);
BOOL WINAPI WTSQueryUserConfigW(LPWSTR pServerName, LPWSTR pUserName, WTS_CONFIG_CLASS WTSConfigClass,
                                LPWSTR *ppBuffer, DWORD *pBytesReturned);
#ifdef UNICODE
#define WTSQueryUserConfig WTSQueryUserConfigW
#else
#define WTSQueryUserConfig WTSQueryUserConfigA
#endif
BOOL WINAPI WTSSetUserConfigA(LPSTR pServerName, LPSTR pUserName, WTS_CONFIG_CLASS WTSConfigClass,
                              LPSTR pBuffer, DWORD DataLength);
BOOL WINAPI WTSSetUserConfigW(LPWSTR pServerName, LPWSTR pUserName, WTS_CONFIG_CLASS WTSConfigClass,
                              LPWSTR pBuffer, DWORD DataLength);
#ifdef UNICODE
#define WTSSetUserConfig WTSSetUserConfigW
#else
#define WTSSetUserConfig WTSSetUserConfigA
#endif

/* ---- virtual channels ---- */

/*
 * Virtual channels of the session that the program runs in. Channel names are ANSI; there is no W form.
 * TimeOut is in milliseconds. WTSFreeMemory frees the buffer of WTSVirtualChannelQuery. Errors:
 * docs/contract.md#virtual-channels
 */
HANDLE WINAPI WTSVirtualChannelOpen(HANDLE hServer, DWORD SessionId, LPSTR pVirtualName);
HANDLE WINAPI WTSVirtualChannelOpenEx(DWORD SessionId, LPSTR pVirtualName, DWORD flags);
BOOL WINAPI WTSVirtualChannelClose(HANDLE hChannelHandle);
BOOL WINAPI WTSVirtualChannelRead(HANDLE hChannelHandle, ULONG TimeOut, PCHAR Buffer, ULONG BufferSize,
                                  PULONG pBytesRead);
BOOL WINAPI WTSVirtualChannelWrite(HANDLE hChannelHandle, PCHAR Buffer, ULONG Length, PULONG pBytesWritten);
BOOL WINAPI WTSVirtualChannelPurgeInput(HANDLE hChannelHandle);
BOOL WINAPI WTSVirtualChannelPurgeOutput(HANDLE hChannelHandle);
BOOL WINAPI WTSVirtualChannelQuery(HANDLE hChannelHandle, WTS_VIRTUAL_CLASS WtsVirtualClass, PVOID *ppBuffer,
                                   DWORD *pBytesReturned);

/* ---- listeners ---- */

/* Listeners of this machine. hServer and pReserved are NULL, Reserved is 0. The caller allocates every
 * buffer. Errors: docs/contract.md#listeners */
BOOL WINAPI WTSEnumerateListenersA(HANDLE hServer, PVOID pReserved, DWORD Reserved,
                                   PWTSLISTENERNAMEA pListeners, DWORD *pCount);
BOOL WINAPI WTSEnumerateListenersW(HANDLE hServer, PVOID pReserved, DWORD Reserved,
                                   PWTSLISTENERNAMEW pListeners, DWORD *pCount);
#ifdef UNICODE
#define WTSEnumerateListeners WTSEnumerateListenersW
#else
#define WTSEnumerateListeners WTSEnumerateListenersA
#endif
BOOL WINAPI WTSQueryListenerConfigA(HANDLE hServer, PVOID pReserved, DWORD Reserved, LPSTR pListenerName,
                                    PWTSLISTENERCONFIGA pBuffer);
BOOL WINAPI WTSQueryListenerConfigW(HANDLE hServer, PVOID pReserved, DWORD Reserved, LPWSTR pListenerName,
                                    PWTSLISTENERCONFIGW pBuffer);
#ifdef UNICODE
#define WTSQueryListenerConfig WTSQueryListenerConfigW
#else
#define WTSQueryListenerConfig WTSQueryListenerConfigA
#endif
BOOL WINAPI WTSCreateListenerA(HANDLE hServer, PVOID pReserved, DWORD Reserved, LPSTR pListenerName,
                               PWTSLISTENERCONFIGA pBuffer, DWORD flag);
BOOL WINAPI WTSCreateListenerW(HANDLE hServer, PVOID pReserved, DWORD Reserved, LPWSTR pListenerName,
                               PWTSLISTENERCONFIGW pBuffer, DWORD flag);
#ifdef UNICODE
#define WTSCreateListener WTSCreateListenerW
#else
#define WTSCreateListener WTSCreateListenerA
#endif
BOOL WINAPI WTSGetListenerSecurityA(HANDLE hServer, PVOID pReserved, DWORD Reserved, LPSTR pListenerName,
                                    SECURITY_INFORMATION SecurityInformation,
                                    PSECURITY_DESCRIPTOR pSecurityDescriptor, DWORD nLength,
                                    LPDWORD lpnLengthNeeded);
BOOL WINAPI WTSGetListenerSecurityW(HANDLE hServer, PVOID pReserved, DWORD Reserved, LPWSTR pListenerName,
                                    SECURITY_INFORMATION SecurityInformation,
                                    PSECURITY_DESCRIPTOR pSecurityDescriptor, DWORD nLength,
                                    LPDWORD lpnLengthNeeded);
#ifdef UNICODE
#define WTSGetListenerSecurity WTSGetListenerSecurityW
#else
#define WTSGetListenerSecurity WTSGetListenerSecurityA
#endif
BOOL WINAPI WTSSetListenerSecurityA(HANDLE hServer, PVOID pReserved, DWORD Reserved, LPSTR pListenerName,
                                    SECURITY_INFORMATION SecurityInformation,
                                    PSECURITY_DESCRIPTOR pSecurityDescriptor);
BOOL WINAPI WTSSetListenerSecurityW(HANDLE hServer, PVOID pReserved, DWORD Reserved, LPWSTR pListenerName,
                                    SECURITY_INFORMATION SecurityInformation,
                                    PSECURITY_DESCRIPTOR pSecurityDescriptor);
#ifdef UNICODE
#define WTSSetListenerSecurity WTSSetListenerSecurityW
#else
#define WTSSetListenerSecurity WTSSetListenerSecurityA
#endif

/* ---- cloud authentication, which this system does not have: 50. docs/contract.md#cloud-auth ---- */

WTS_CLOUD_AUTH_HANDLE WINAPI WTSCloudAuthOpen(const GUID *activityId);
VOID WINAPI WTSCloudAuthClose(WTS_CLOUD_AUTH_HANDLE cloudAuthHandle);
BOOL WINAPI WTSCloudAuthGetServerNonce(WTS_CLOUD_AUTH_HANDLE cloudAuthHandle, PWSTR *serverNonce);
BOOL WINAPI WTSCloudAuthConvertAssertionToSerializedUserCredential(
    WTS_CLOUD_AUTH_HANDLE cloudAuthHandle, PCSTR assertion, ULONG assertionLength, PCWSTR resourceId,
    PWTS_SERIALIZED_USER_CREDENTIAL *userCredential);
BOOL WINAPI WTSCloudAuthDuplicateSerializedUserCredential(
    const WTS_SERIALIZED_USER_CREDENTIAL *userCredential, PWTS_SERIALIZED_USER_CREDENTIAL *newUserCredential);
BOOL WINAPI WTSCloudAuthNetworkLogonWithSerializedCredential(WTS_CLOUD_AUTH_HANDLE cloudAuthHandle,
                                                             PWTS_SERIALIZED_USER_CREDENTIAL userCredential,
                                                             PHANDLE token);

/* ---- exported but in no SDK header; docs/contract.md#undocumented ---- */

BOOL WINAPI IsInteractiveUserSession(ULONG SessionId);
BOOL WINAPI QueryActiveSession(PULONG pSessionId);
BOOL WINAPI QueryUserToken(ULONG SessionId, PHANDLE phToken);
BOOL WINAPI RegisterUsertokenForNoWinlogon(VOID);

#ifdef __cplusplus
}
#endif

#endif
