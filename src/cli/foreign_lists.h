/*
 * The lists of qprocess, qwinsta, quser and qappsrv: their choice of rows, and their columns.
 */
#ifndef WTS_CLI_FOREIGN_LISTS_H
#define WTS_CLI_FOREIGN_LISTS_H

#include "cli/command.h"

extern const struct column qprocess_columns[], qwinsta_columns[], quser_columns[], qappsrv_columns[];
extern const unsigned qprocess_widths[], qwinsta_widths[], quser_widths[];
extern const unsigned qprocess_column_count, qwinsta_column_count, quser_column_count, qappsrv_column_count;

/* The `run` of each. The first word, where there is one, says which rows are meant. */
void qprocess_run(const struct request *request, struct answer *answer);
void qwinsta_run(const struct request *request, struct answer *answer);
void quser_run(const struct request *request, struct answer *answer);
void qappsrv_run(const struct request *request, struct answer *answer);

#endif
