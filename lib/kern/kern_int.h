/*
 * kern_int.h - what a kernel body includes: its name for this instruction set
 * and the prototypes of all kernels.
 */
#ifndef DLTOOLS_KERN_INT_H
#define DLTOOLS_KERN_INT_H

#include "kern/kern.h"

#ifndef KERN_ISA
#error "kernel bodies are compiled with -DKERN_ISA=..."
#endif

#define KERN_PASTE2(a, b) a##_##b
#define KERN_PASTE(a, b) KERN_PASTE2(a, b)
#define KERN_NAME(f) KERN_PASTE(f, KERN_ISA)

#define KERN_PROTOTYPE(type, name, args) type KERN_NAME(name) args;
KERN_LIST(KERN_PROTOTYPE)

#endif
