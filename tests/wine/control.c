/*
 * A DLL that has nothing in it: what its loads cost is Wine's.
 */
int control_number(void);

__declspec(dllexport) int control_number(void)
{
    return 1;
}
