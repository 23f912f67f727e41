/*
 * The DLL's own module handle; see module.h.
 */
#include "core/module.h"

HINSTANCE wts_module;
