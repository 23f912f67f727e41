/*
 * Starting a helper; see start.h.
 */
#include "helper/client/start.h"

#include <stdlib.h>
#include <string.h>

/*
 * The start step. A helper gets passwords and acts for the user, so nobody but the user and root may be able
 * to change it. Only the system itself reports owner and mode reliably: Wine's version of them has no group
 * and one name for all other users. So the system's shell checks them, and then becomes the helper.
 *
 * The path is resolved once, and only the result is used after that. find checks the folders above the
 * program from the root down, then the program, each by itself and never through a link. So nothing can be
 * swapped in between: an entry of a checked folder, in which nobody else may write, can be replaced only by
 * root or the user; in a folder with the sticky bit this holds for entries that they own. The last line
 * therefore starts the file that was checked.
 *
 * The second line sends the DLL the number of the process, which exec keeps. All tools have full paths: the
 * caller's PATH is not used.
 */
static const char start_step[] =
    "exec 2>&0\n"
    "echo \"process $$\" >&0\n"
    "refuse() { echo \"refused: $*\" >&0; exit 1; }\n"
    "path=$(/usr/bin/readlink -e -- \"$0\") || refuse \"$0 does not exist\"\n"
    "[ -f \"$path\" ] && [ -x \"$path\" ] || refuse \"$path is not a program\"\n"
    "user=$(/usr/bin/id -u) || refuse \"the user is unknown\"\n"
    "rest=${path#/} folder=\n"
    "set -- /\n"
    "while [ \"${rest#*/}\" != \"$rest\" ]; do\n"
    "  folder=$folder/${rest%%/*} rest=${rest#*/}\n"
    "  set -- \"$@\" \"$folder\"\n"
    "done\n"
    "set -- \"$@\" \"$path\"\n"
    "bad=$(/usr/bin/find -P \"$@\" -maxdepth 0 ! '(' -uid 0 -o -uid \"$user\" ')' -print -quit) ||"
    " refuse \"$path cannot be checked\"\n"
    "[ -z \"$bad\" ] || refuse \"$bad belongs to another user; to trust it: chown $user '$bad'\"\n"
    "bad=$(/usr/bin/find -P \"$@\" -maxdepth 0 -perm /022 ! '(' -type d -perm -1000 ')' -print -quit) ||"
    " refuse \"$path cannot be checked\"\n"
    "[ -z \"$bad\" ] || refuse \"others may write to $bad; to trust it: chmod go-w '$bad'\"\n"
    "exec \"$path\"\n";

/* Appends `text` as one quoted argument. Backslashes are special only before quotation marks, and the script
 * has none there. */
static char *put_argument(char *place, const char *text)
{
    *place++ = '"';
    for (; *text != '\0'; text++) {
        if (*text == '"')
            *place++ = '\\';
        *place++ = *text;
    }
    *place++ = '"';
    return place;
}

/* The command line, which the caller frees; NULL: memory is exhausted, or the path cannot be part of one. */
static WCHAR *make_command(const char *path)
{
    static const char shell[] = "sh -c ";
    if (strpbrk(path, "\"\\") != NULL) {
        SetLastError(ERROR_BAD_PATHNAME);
        return NULL;
    }
    char *command = malloc(sizeof shell + 2 * sizeof start_step + strlen(path) + 8);
    if (command == NULL)
        return NULL;
    memcpy(command, shell, sizeof shell - 1);
    char *end = put_argument(command + sizeof shell - 1, start_step);
    *end++ = ' ';
    end = put_argument(end, path);
    *end = '\0';
    const int count = MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, command, -1, NULL, 0);
    WCHAR *wide = count > 0 ? malloc((size_t)count * sizeof *wide) : NULL;
    if (wide != NULL)
        MultiByteToWideChar(CP_UTF8, MB_ERR_INVALID_CHARS, command, -1, wide, count);
    free(command);
    return wide;
}

bool wts_start_program(const char *path, SOCKET input)
{
    STARTUPINFOW startup = {.cb = sizeof startup,
                            .dwFlags = STARTF_USESTDHANDLES,
                            .hStdInput = (HANDLE)input,
                            .hStdOutput = INVALID_HANDLE_VALUE,
                            .hStdError = INVALID_HANDLE_VALUE};
    PROCESS_INFORMATION process = {.hProcess = NULL};
    WCHAR *command = make_command(path);
    if (command == NULL || !SetHandleInformation((HANDLE)input, HANDLE_FLAG_INHERIT, HANDLE_FLAG_INHERIT)) {
        free(command);
        return false;
    }
    const BOOL is_started =
        CreateProcessW(L"\\\\?\\unix\\bin\\sh", command, NULL, NULL, TRUE, 0, NULL, NULL, &startup, &process);
    const DWORD error = GetLastError();
    /* Programs that the caller starts later must not inherit it. */
    SetHandleInformation((HANDLE)input, HANDLE_FLAG_INHERIT, 0);
    free(command);
    /* For a native program Wine returns no process handle and leaves the thread handle undefined, so it must
     * not be closed. */
    if (is_started && process.hProcess != NULL) {
        CloseHandle(process.hThread);
        CloseHandle(process.hProcess);
    }
    SetLastError(error);
    return is_started;
}
