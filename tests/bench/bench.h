/*
 * One line per figure, the same for every benchmark: `bench NAME ours_ns reference_ns ratio`. Ours and the
 * reference run in turn, round by round, and the medians are printed, so that a machine that changes its
 * speed changes both.
 */
#ifndef WTS_TESTS_BENCH_H
#define WTS_TESTS_BENCH_H

#include <stdio.h>
#include <stdlib.h>

static int compare(const void *a, const void *b)
{
    const double x = *(const double *)a;
    const double y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *values, unsigned count)
{
    qsort(values, count, sizeof *values, compare);
    return values[count / 2];
}

static void report(const char *name, double *ours, double *reference, unsigned rounds)
{
    const double a = median(ours, rounds);
    const double b = median(reference, rounds);
    printf("bench %s %.1f %.1f %.2f\n", name, a, b, a / b);
    fflush(stdout);
}

#endif
