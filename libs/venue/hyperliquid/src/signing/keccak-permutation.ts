/**
 * Keccak-f[1600] with every lane as two 32-bit halves in local variables, as FIPS 202 defines it: per round theta (c, d),
 * rho and pi (b), chi and iota (back into the state). Spelled out because an order is four of these, and loops over lanes
 * take several times as long; the spec holds it against an independent implementation.
 */
const ROUND_CONSTANTS = Int32Array.of(
  0x1,
  0x0,
  0x8082,
  0x0,
  0x808a,
  0x80000000,
  0x80008000,
  0x80000000,
  0x808b,
  0x0,
  0x80000001,
  0x0,
  0x80008081,
  0x80000000,
  0x8009,
  0x80000000,
  0x8a,
  0x0,
  0x88,
  0x0,
  0x80008009,
  0x0,
  0x8000000a,
  0x0,
  0x8000808b,
  0x0,
  0x8b,
  0x80000000,
  0x8089,
  0x80000000,
  0x8003,
  0x80000000,
  0x8002,
  0x80000000,
  0x80,
  0x80000000,
  0x800a,
  0x0,
  0x8000000a,
  0x80000000,
  0x80008081,
  0x80000000,
  0x8080,
  0x80000000,
  0x80000001,
  0x0,
  0x80008008,
  0x80000000,
);
const HALVES = 48;

/** One permutation of `s`: 50 halves, the low one of a lane first. */
export function permute(s: Int32Array): void {
  let a0 = s[0] as number,
    e0 = s[1] as number,
    a1 = s[2] as number,
    e1 = s[3] as number,
    a2 = s[4] as number,
    e2 = s[5] as number,
    a3 = s[6] as number,
    e3 = s[7] as number,
    a4 = s[8] as number,
    e4 = s[9] as number;
  let a5 = s[10] as number,
    e5 = s[11] as number,
    a6 = s[12] as number,
    e6 = s[13] as number,
    a7 = s[14] as number,
    e7 = s[15] as number,
    a8 = s[16] as number,
    e8 = s[17] as number,
    a9 = s[18] as number,
    e9 = s[19] as number;
  let a10 = s[20] as number,
    e10 = s[21] as number,
    a11 = s[22] as number,
    e11 = s[23] as number,
    a12 = s[24] as number,
    e12 = s[25] as number,
    a13 = s[26] as number,
    e13 = s[27] as number,
    a14 = s[28] as number,
    e14 = s[29] as number;
  let a15 = s[30] as number,
    e15 = s[31] as number,
    a16 = s[32] as number,
    e16 = s[33] as number,
    a17 = s[34] as number,
    e17 = s[35] as number,
    a18 = s[36] as number,
    e18 = s[37] as number,
    a19 = s[38] as number,
    e19 = s[39] as number;
  let a20 = s[40] as number,
    e20 = s[41] as number,
    a21 = s[42] as number,
    e21 = s[43] as number,
    a22 = s[44] as number,
    e22 = s[45] as number,
    a23 = s[46] as number,
    e23 = s[47] as number,
    a24 = s[48] as number,
    e24 = s[49] as number;
  for (let round = 0; round < HALVES; round += 2) {
    const c0 = a0 ^ a5 ^ a10 ^ a15 ^ a20;
    const f0 = e0 ^ e5 ^ e10 ^ e15 ^ e20;
    const c1 = a1 ^ a6 ^ a11 ^ a16 ^ a21;
    const f1 = e1 ^ e6 ^ e11 ^ e16 ^ e21;
    const c2 = a2 ^ a7 ^ a12 ^ a17 ^ a22;
    const f2 = e2 ^ e7 ^ e12 ^ e17 ^ e22;
    const c3 = a3 ^ a8 ^ a13 ^ a18 ^ a23;
    const f3 = e3 ^ e8 ^ e13 ^ e18 ^ e23;
    const c4 = a4 ^ a9 ^ a14 ^ a19 ^ a24;
    const f4 = e4 ^ e9 ^ e14 ^ e19 ^ e24;
    const d0 = c4 ^ ((c1 << 1) | (f1 >>> 31));
    const g0 = f4 ^ ((f1 << 1) | (c1 >>> 31));
    const d1 = c0 ^ ((c2 << 1) | (f2 >>> 31));
    const g1 = f0 ^ ((f2 << 1) | (c2 >>> 31));
    const d2 = c1 ^ ((c3 << 1) | (f3 >>> 31));
    const g2 = f1 ^ ((f3 << 1) | (c3 >>> 31));
    const d3 = c2 ^ ((c4 << 1) | (f4 >>> 31));
    const g3 = f2 ^ ((f4 << 1) | (c4 >>> 31));
    const d4 = c3 ^ ((c0 << 1) | (f0 >>> 31));
    const g4 = f3 ^ ((f0 << 1) | (c0 >>> 31));
    a0 ^= d0;
    e0 ^= g0;
    a5 ^= d0;
    e5 ^= g0;
    a10 ^= d0;
    e10 ^= g0;
    a15 ^= d0;
    e15 ^= g0;
    a20 ^= d0;
    e20 ^= g0;
    a1 ^= d1;
    e1 ^= g1;
    a6 ^= d1;
    e6 ^= g1;
    a11 ^= d1;
    e11 ^= g1;
    a16 ^= d1;
    e16 ^= g1;
    a21 ^= d1;
    e21 ^= g1;
    a2 ^= d2;
    e2 ^= g2;
    a7 ^= d2;
    e7 ^= g2;
    a12 ^= d2;
    e12 ^= g2;
    a17 ^= d2;
    e17 ^= g2;
    a22 ^= d2;
    e22 ^= g2;
    a3 ^= d3;
    e3 ^= g3;
    a8 ^= d3;
    e8 ^= g3;
    a13 ^= d3;
    e13 ^= g3;
    a18 ^= d3;
    e18 ^= g3;
    a23 ^= d3;
    e23 ^= g3;
    a4 ^= d4;
    e4 ^= g4;
    a9 ^= d4;
    e9 ^= g4;
    a14 ^= d4;
    e14 ^= g4;
    a19 ^= d4;
    e19 ^= g4;
    a24 ^= d4;
    e24 ^= g4;
    const b0 = a0;
    const h0 = e0;
    const b10 = (a1 << 1) | (e1 >>> 31);
    const h10 = (e1 << 1) | (a1 >>> 31);
    const b20 = (e2 << 30) | (a2 >>> 2);
    const h20 = (a2 << 30) | (e2 >>> 2);
    const b5 = (a3 << 28) | (e3 >>> 4);
    const h5 = (e3 << 28) | (a3 >>> 4);
    const b15 = (a4 << 27) | (e4 >>> 5);
    const h15 = (e4 << 27) | (a4 >>> 5);
    const b16 = (e5 << 4) | (a5 >>> 28);
    const h16 = (a5 << 4) | (e5 >>> 28);
    const b1 = (e6 << 12) | (a6 >>> 20);
    const h1 = (a6 << 12) | (e6 >>> 20);
    const b11 = (a7 << 6) | (e7 >>> 26);
    const h11 = (e7 << 6) | (a7 >>> 26);
    const b21 = (e8 << 23) | (a8 >>> 9);
    const h21 = (a8 << 23) | (e8 >>> 9);
    const b6 = (a9 << 20) | (e9 >>> 12);
    const h6 = (e9 << 20) | (a9 >>> 12);
    const b7 = (a10 << 3) | (e10 >>> 29);
    const h7 = (e10 << 3) | (a10 >>> 29);
    const b17 = (a11 << 10) | (e11 >>> 22);
    const h17 = (e11 << 10) | (a11 >>> 22);
    const b2 = (e12 << 11) | (a12 >>> 21);
    const h2 = (a12 << 11) | (e12 >>> 21);
    const b12 = (a13 << 25) | (e13 >>> 7);
    const h12 = (e13 << 25) | (a13 >>> 7);
    const b22 = (e14 << 7) | (a14 >>> 25);
    const h22 = (a14 << 7) | (e14 >>> 25);
    const b23 = (e15 << 9) | (a15 >>> 23);
    const h23 = (a15 << 9) | (e15 >>> 23);
    const b8 = (e16 << 13) | (a16 >>> 19);
    const h8 = (a16 << 13) | (e16 >>> 19);
    const b18 = (a17 << 15) | (e17 >>> 17);
    const h18 = (e17 << 15) | (a17 >>> 17);
    const b3 = (a18 << 21) | (e18 >>> 11);
    const h3 = (e18 << 21) | (a18 >>> 11);
    const b13 = (a19 << 8) | (e19 >>> 24);
    const h13 = (e19 << 8) | (a19 >>> 24);
    const b14 = (a20 << 18) | (e20 >>> 14);
    const h14 = (e20 << 18) | (a20 >>> 14);
    const b24 = (a21 << 2) | (e21 >>> 30);
    const h24 = (e21 << 2) | (a21 >>> 30);
    const b9 = (e22 << 29) | (a22 >>> 3);
    const h9 = (a22 << 29) | (e22 >>> 3);
    const b19 = (e23 << 24) | (a23 >>> 8);
    const h19 = (a23 << 24) | (e23 >>> 8);
    const b4 = (a24 << 14) | (e24 >>> 18);
    const h4 = (e24 << 14) | (a24 >>> 18);
    a0 = b0 ^ (~b1 & b2);
    e0 = h0 ^ (~h1 & h2);
    a1 = b1 ^ (~b2 & b3);
    e1 = h1 ^ (~h2 & h3);
    a2 = b2 ^ (~b3 & b4);
    e2 = h2 ^ (~h3 & h4);
    a3 = b3 ^ (~b4 & b0);
    e3 = h3 ^ (~h4 & h0);
    a4 = b4 ^ (~b0 & b1);
    e4 = h4 ^ (~h0 & h1);
    a5 = b5 ^ (~b6 & b7);
    e5 = h5 ^ (~h6 & h7);
    a6 = b6 ^ (~b7 & b8);
    e6 = h6 ^ (~h7 & h8);
    a7 = b7 ^ (~b8 & b9);
    e7 = h7 ^ (~h8 & h9);
    a8 = b8 ^ (~b9 & b5);
    e8 = h8 ^ (~h9 & h5);
    a9 = b9 ^ (~b5 & b6);
    e9 = h9 ^ (~h5 & h6);
    a10 = b10 ^ (~b11 & b12);
    e10 = h10 ^ (~h11 & h12);
    a11 = b11 ^ (~b12 & b13);
    e11 = h11 ^ (~h12 & h13);
    a12 = b12 ^ (~b13 & b14);
    e12 = h12 ^ (~h13 & h14);
    a13 = b13 ^ (~b14 & b10);
    e13 = h13 ^ (~h14 & h10);
    a14 = b14 ^ (~b10 & b11);
    e14 = h14 ^ (~h10 & h11);
    a15 = b15 ^ (~b16 & b17);
    e15 = h15 ^ (~h16 & h17);
    a16 = b16 ^ (~b17 & b18);
    e16 = h16 ^ (~h17 & h18);
    a17 = b17 ^ (~b18 & b19);
    e17 = h17 ^ (~h18 & h19);
    a18 = b18 ^ (~b19 & b15);
    e18 = h18 ^ (~h19 & h15);
    a19 = b19 ^ (~b15 & b16);
    e19 = h19 ^ (~h15 & h16);
    a20 = b20 ^ (~b21 & b22);
    e20 = h20 ^ (~h21 & h22);
    a21 = b21 ^ (~b22 & b23);
    e21 = h21 ^ (~h22 & h23);
    a22 = b22 ^ (~b23 & b24);
    e22 = h22 ^ (~h23 & h24);
    a23 = b23 ^ (~b24 & b20);
    e23 = h23 ^ (~h24 & h20);
    a24 = b24 ^ (~b20 & b21);
    e24 = h24 ^ (~h20 & h21);
    a0 ^= ROUND_CONSTANTS[round] as number;
    e0 ^= ROUND_CONSTANTS[round + 1] as number;
  }
  s[0] = a0;
  s[1] = e0;
  s[2] = a1;
  s[3] = e1;
  s[4] = a2;
  s[5] = e2;
  s[6] = a3;
  s[7] = e3;
  s[8] = a4;
  s[9] = e4;
  s[10] = a5;
  s[11] = e5;
  s[12] = a6;
  s[13] = e6;
  s[14] = a7;
  s[15] = e7;
  s[16] = a8;
  s[17] = e8;
  s[18] = a9;
  s[19] = e9;
  s[20] = a10;
  s[21] = e10;
  s[22] = a11;
  s[23] = e11;
  s[24] = a12;
  s[25] = e12;
  s[26] = a13;
  s[27] = e13;
  s[28] = a14;
  s[29] = e14;
  s[30] = a15;
  s[31] = e15;
  s[32] = a16;
  s[33] = e16;
  s[34] = a17;
  s[35] = e17;
  s[36] = a18;
  s[37] = e18;
  s[38] = a19;
  s[39] = e19;
  s[40] = a20;
  s[41] = e20;
  s[42] = a21;
  s[43] = e21;
  s[44] = a22;
  s[45] = e22;
  s[46] = a23;
  s[47] = e23;
  s[48] = a24;
  s[49] = e24;
}
