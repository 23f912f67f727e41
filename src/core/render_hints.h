/*
 * The ids that WTSSetRenderHint has issued and not cleared, with the window that each belongs to. They have
 * no visible effect: nothing here draws. Contract: docs/contract.md#render-hint. Portable.
 */
#ifndef WTS_CORE_RENDER_HINTS_H
#define WTS_CORE_RENDER_HINTS_H

#include <stdint.h>

/* Makes an id for `window`, which exists; ids of windows that are gone are forgotten. 8: no memory. */
uint32_t wts_render_hint_add(void *window, uint64_t *id);

/* Moves `id` to `window`, which exists. 87: no such id, or its window is gone. */
uint32_t wts_render_hint_move(uint64_t id, void *window);

/* Clears `id`. 87: no such id, or its window is gone. */
uint32_t wts_render_hint_remove(uint64_t id);

/* Forgets all ids, when the DLL is unloaded. */
void wts_render_hints_unload(void);

#endif
