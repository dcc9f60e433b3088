// Package jpeg decodes JPEG files straight to one, two, three or four eighths of their size, and
// encodes pictures in planes. What it does not know (see ErrUnsupported) is left to the standard library's
// image/jpeg. Numbers of sections, figures and tables are those of ITU-T T.81, the standard.
//
// # From the file to samples
//
// A file is a row of segments: 0xff, a marker, a length, a body (B.1.1). DQT and DHT bring tables,
// SOFn the size and the components (header.go, tables.go), SOS begins a scan, whose entropy-coded
// data follow without a length, up to the next marker. So that a marker can be found, 0xff within
// the data is followed by a zero, which does not count (window.go).
//
// Each component is cut into blocks of 8×8 samples. Where colour is coarser than brightness, as in
// 4:2:0, an MCU is what covers the same pixels in all components: four blocks of Y, one of Cb, one
// of Cr (A.2.3). A scan has all components, MCU by MCU, or one alone, block by block (A.2.2).
//
// A block is stored as 64 coefficients, how much there is in it of cosine waves of
// each frequency u across and v down (A.3.3):
//
//	f(x,y) = ¼ ∑∑ C(u) C(v) F(u,v) cos((2x+1)uπ/16) cos((2y+1)vπ/16),  C(0) = 1/√2, else 1
//
// and 128 is added to each sample. Before storing, each coefficient was divided by its step of the
// quantisation table and rounded, which makes most of the high ones zero; here is where a JPEG loses.
// The coefficients come in zigzag order, low frequencies first (figure A.6).
//
// Entropy coding (F.1.2) takes the DC, F(0,0), as the difference from that of the block before. Each
// other coefficient that is not zero is a symbol of eight bits, how many zeros come before it and how many bits its value has, and
// these bits; one symbol says that the rest of the block is zeros. Symbols have Huffman codes of 1
// to 16 bits. A table indexed by the next 11 bits gives run and value together for nearly
// all of them (huffman.go); the value with t bits is v if its first bit is 1, else v-2^t+1 (F.2.2.1).
//
// # Why a few coefficients make the small picture
//
// Of n×n samples, the cosine transform has n×n coefficients, whose waves are those of the lowest
// n×n of 8×8 over the same area, sampled more coarsely. To leave out the higher ones is to leave
// out what n samples cannot show. Orthonormal transforms keep the sum of squares, and n² samples
// instead of 64 need n/8 of the amplitude, so:
//
//	f(x,y) = (2/n)(n/8) ∑∑ C(u) C(v) F(u,v) cos((2x+1)uπ/2n) cos((2y+1)vπ/2n),  u, v < n
//
// The factor is ¼ for every n: ½ in each direction. At n = 1 it leaves F(0,0)/8, the mean (idct.go,
// idct8.go). So a picture at half the size costs a quarter of the transforms, and the codes of
// unwanted coefficients are passed several at once (skipAC). Nothing asks n to divide 8: at n = 3 a
// sample is 8/3 pixels wide. There are kernels for 1, 2, 3, 4 and 8; what 5, 6 and 7 would be for is
// small anyway.
//
// What is cut off at a block's edge is not cut off beyond it, so frequencies near the highest that n
// samples show come out a little wrong. Where these matter, decode finer, and scale (package planar).
//
// Each plane may have its own n. Where 4:2:0 is to be made of 4:4:4, colour needs half the n of
// brightness, or the next above it.
//
// # Progressive scans
//
// A progressive file (annex G) sends the coefficients of the whole picture several times: DC first,
// then bands of AC (G.1.1.1.1), at first without their last bits (G.1.1.1.2). The first scan of a band is
// like above, with symbols that say that up to 32,767 blocks have nothing (progressive.go). A
// refinement has one bit for each coefficient that was not zero before, and codes for those that
// become ±1 at this bit (refine.go). Hence the decoder keeps 64 bits a block that tell which coefficients are
// not zero, but values only of the n×n that it wants.
//
// # Encoding
//
// See encode.go.
package jpeg
