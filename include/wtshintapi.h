/*
 * wtshintapi.h: hints to the remote desktop about how a window is drawn. docs/contract.md#render-hint
 */
#ifndef _INC_WTSHINTAPI
#define _INC_WTSHINTAPI

#include <windows.h>

#ifdef __cplusplus
extern "C" {
#endif

#define RENDER_HINT_CLEAR 0x0        /* no data */
#define RENDER_HINT_VIDEO 0x1        /* data: a RECT in client coordinates */
#define RENDER_HINT_MAPPEDWINDOW 0x2 /* data: a RECT in client coordinates */

HRESULT WINAPI WTSSetRenderHint(UINT64 *pRenderHintID, HWND hwndOwner, DWORD renderHintType,
                                DWORD cbHintDataLength, BYTE *pHintData);

#ifdef __cplusplus
}
#endif

#endif
