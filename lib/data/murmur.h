/*
 * murmur.h - MurmurHash2, 32 bits (Austin Appleby 2008, public domain), the
 * same on every machine: bytes are read little-endian.
 */
#ifndef MURMUR_H
#define MURMUR_H

#include <stddef.h>
#include <stdint.h>

uint32_t murmur2(const void *bytes, size_t n, uint32_t seed);

#endif
