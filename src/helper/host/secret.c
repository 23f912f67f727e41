/*
 * The secret area; see secret.h. It is read and written, never mapped, because if the seals were refused,
 * anyone who can open it could end the helper by shrinking a mapped file.
 */
#include "helper/host/secret.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

int wts_secret_create(void)
{
    const int area = memfd_create("secrets", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (area < 0)
        return -1;
    if (fchmod(area, S_IRUSR | S_IWUSR) == 0 && ftruncate(area, WTS_SECRET_AREA_LENGTH) == 0 &&
        fcntl(area, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) == 0)
        return area;
    close(area);
    return -1;
}

bool wts_secret_is_place(int area, struct wts_secret_place place)
{
    return place.length == 0 ||
           (area >= 0 && place.length <= WTS_DUTY_MAX_SECRET && place.offset <= WTS_SECRET_AREA_LENGTH &&
            place.length <= WTS_SECRET_AREA_LENGTH - place.offset);
}

bool wts_secret_take(int area, struct wts_secret_place place, char *secret)
{
    static const char zeros[WTS_DUTY_MAX_SECRET];
    secret[0] = 0;
    if (place.length == 0)
        return true;
    const ssize_t got = pread(area, secret, place.length, (off_t)place.offset);
    const ssize_t erased = pwrite(area, zeros, place.length, (off_t)place.offset);
    secret[got > 0 ? got : 0] = 0;
    return got == (ssize_t)place.length && erased == (ssize_t)place.length;
}
