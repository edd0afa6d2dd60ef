/* isa.c - the instruction set in use, for people; see net.h. */
#include <dltools/net.h>

#include "kern/kern.h"

const char *
net_isa(struct err *e)
{
	return kern_check(e) < 0 ? NULL : kern_get()->isa;
}
