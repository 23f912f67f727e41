/*
 * The DLL's own module handle, set once by DllMain. Threads that the DLL starts take a reference on it.
 * Windows only.
 */
#ifndef WTS_CORE_MODULE_H
#define WTS_CORE_MODULE_H

#include <windows.h>

extern HINSTANCE wts_module;

#endif
