/* isa.c - the instruction set in use, for people; see net.h. */
#include <dltools/net.h>

#include "kern/kern.h"

const char *
net_isa(void)
{
	return kern_get()->isa;
}
