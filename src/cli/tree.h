/*
 * Which process of this machine started which.
 */
#ifndef WTS_CLI_TREE_H
#define WTS_CLI_TREE_H

#include <windows.h>

/* The processes of this machine at one moment. */
struct tree;

/* NULL: the last error says why. Freed with tree_free(). */
struct tree *tree_read(void);

/* The next process that `parent` started: the first one behind `*place`, which begins at 0 and is advanced.
 * False: no more. A process that is older than its parent was started by an earlier process with the same id
 * and does not count; nor does one if this user may not query its age or that of its parent. *name lives as
 * long as the tree. */
BOOL tree_next_child(const struct tree *tree, DWORD parent, DWORD *place, DWORD *process_id,
                     const wchar_t **name);

void tree_free(struct tree *tree);

#endif
