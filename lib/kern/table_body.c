/*
 * table_body.c - the table of one instruction set.
 */
#include "kern/kern_int.h"

#define KERN_TEXT2(s) #s
#define KERN_TEXT(s) KERN_TEXT2(s)
#define KERN_ENTRY(type, name, args) .name = KERN_NAME(name),

extern const struct kern KERN_NAME(kern);
const struct kern KERN_NAME(kern) = {
	.isa = KERN_TEXT(KERN_ISA),
	KERN_LIST(KERN_ENTRY)
};
