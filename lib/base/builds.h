/*
 * builds.h - a function in several builds for x86-64, of which the loader takes
 * the one for this processor.  For plain loops that the compiler vectorizes and
 * that have no multiply-add it could fuse, so that all give the same bits.  Not
 * with sanitizers, which are not set up when the loader chooses, nor with
 * clang, which has target_clones only since version 14.
 */
#ifndef DLTOOLS_BUILDS_H
#define DLTOOLS_BUILDS_H

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && \
	defined(__linux__) && !defined(__SANITIZE_ADDRESS__) && \
	!defined(__SANITIZE_THREAD__)
#define BUILDS __attribute__((target_clones("arch=x86-64-v4", \
					    "arch=x86-64-v3", "default")))
#else
#define BUILDS
#endif

#endif
