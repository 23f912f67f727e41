/*
 * WTSSetRenderHint, docs/contract.md#render-hint. A hint is only advice: it is accepted, its id is kept until
 * it is cleared or its window is gone, and nothing is drawn differently. Arguments are checked before the
 * window.
 */
#include <wtsapi32.h>
#include <wtshintapi.h>

#include <stdbool.h>

#include "api/call.h"
#include "core/render_hints.h"
#include "core/window.h"
#include "forward/forward.h"

static bool is_data_valid(DWORD type, DWORD length, const BYTE *data)
{
    switch (type) {
    case RENDER_HINT_CLEAR:
        return data == NULL && length == 0;
    case RENDER_HINT_VIDEO:
    case RENDER_HINT_MAPPEDWINDOW:
        return data != NULL && length == sizeof(RECT);
    default:
        return false;
    }
}

static DWORD set(UINT64 *id, HWND window, DWORD type)
{
    if (type == RENDER_HINT_CLEAR)
        return wts_render_hint_remove(*id);
    if (wts_window_owner(window) == 0)
        return ERROR_INVALID_WINDOW_HANDLE;
    return *id == 0 ? wts_render_hint_add(window, id) : wts_render_hint_move(*id, window);
}

HRESULT WINAPI WTSSetRenderHint(UINT64 *pRenderHintID, HWND hwndOwner, DWORD renderHintType,
                                DWORD cbHintDataLength, BYTE *pHintData)
{
    WTS_FORWARD(WTSSetRenderHint, (pRenderHintID, hwndOwner, renderHintType, cbHintDataLength, pHintData));
    const struct wts_call call = wts_call_begin("WTSSetRenderHint");
    DWORD error = ERROR_INVALID_PARAMETER;
    if (pRenderHintID != NULL && is_data_valid(renderHintType, cbHintDataLength, pHintData))
        error = set(pRenderHintID, hwndOwner, renderHintType);
    wts_call_end(&call, error);
    return HRESULT_FROM_WIN32(error);
}
