/*
 * The DLL's entry point. It remembers the module and declines thread notices; everything else is made at
 * first use. At the end of the process it does nothing; when only the DLL is unloaded, it frees the memory
 * that is kept between calls.
 */
#include "core/module.h"
#include "core/render_hints.h"
#include "core/server.h"
#include "core/virtual_channels.h"

BOOL WINAPI DllMain(HINSTANCE instance, DWORD reason, LPVOID reserved);

BOOL WINAPI DllMain(HINSTANCE instance, DWORD reason, LPVOID reserved)
{
    if (reason == DLL_PROCESS_ATTACH) {
        wts_module = instance;
        DisableThreadLibraryCalls(instance);
    }
    if (reason == DLL_PROCESS_DETACH && reserved == NULL) {
        wts_server_unload();
        wts_local_unload();
        wts_remote_unload();
        wts_render_hints_unload();
        wts_virtual_channels_unload();
    }
    return TRUE;
}
