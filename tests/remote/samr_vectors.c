/*
 * The generated rows, see samr_vectors.h.
 */
#include "samr_vectors.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct user_parameters_vector user_parameters_vectors[] = {
#include "user_parameters_rows.h"
};
const size_t user_parameters_vector_count =
    sizeof user_parameters_vectors / sizeof user_parameters_vectors[0];

const struct samr_vector samr_vectors[] = {
#include "samr_rows.h"
};
const size_t samr_vector_count = sizeof samr_vectors / sizeof samr_vectors[0];

static void no_vector(const char *name)
{
    fprintf(stderr, "no vector has the name %s\n", name);
    abort();
}

const struct user_parameters_vector *user_parameters_vector(const char *name)
{
    size_t i = 0;
    while (i < user_parameters_vector_count && strcmp(user_parameters_vectors[i].name, name) != 0)
        i++;
    if (i == user_parameters_vector_count)
        no_vector(name);
    return &user_parameters_vectors[i];
}

const struct samr_vector *samr_vector(const char *name)
{
    size_t i = 0;
    while (i < samr_vector_count && strcmp(samr_vectors[i].name, name) != 0)
        i++;
    if (i == samr_vector_count)
        no_vector(name);
    return &samr_vectors[i];
}
