#!/bin/sh
# Makes the pictures here, with ImageMagick 6 (convert) and libjpeg-turbo (cjpeg).
set -e
cd "$(dirname "$0")"
tmp=$(mktemp -d)
drawing() { # name, width, height
	convert -size "$2x$3" gradient:navy-gold -seed 7 -attenuate 0.3 +noise Gaussian -blur 0x0.6 \
		-fill tomato -draw "circle $(($2 / 3)),$(($3 / 2)) $(($2 / 2)),$(($3 / 3))" \
		-fill white -draw "line 0,$3 $2,0" -depth 8 "$tmp/$1.ppm"
}
drawing large 333 251
drawing small 67 49
drawing mcu 16 16
drawing odd 17 9
drawing dot 1 1
for sampling in 1x1 2x1 1x2 2x2 4x1; do
	cjpeg -quality 75 -sample $sampling -outfile base-$sampling.jpg "$tmp/small.ppm"
	cjpeg -quality 75 -sample $sampling -progressive -outfile prog-$sampling.jpg "$tmp/small.ppm"
	cjpeg -quality 75 -sample $sampling -restart 2B -outfile base-$sampling-restart.jpg "$tmp/small.ppm"
	cjpeg -quality 75 -sample $sampling -restart 1B -progressive -outfile prog-$sampling-restart.jpg "$tmp/small.ppm"
done
for size in mcu odd dot; do
	cjpeg -quality 90 -outfile base-$size.jpg "$tmp/$size.ppm"
	cjpeg -quality 90 -progressive -outfile prog-$size.jpg "$tmp/$size.ppm"
done
cjpeg -quality 40 -optimize -outfile base-large.jpg "$tmp/large.ppm"
cjpeg -quality 40 -progressive -outfile prog-large.jpg "$tmp/large.ppm"
cjpeg -grayscale -outfile base-grey.jpg "$tmp/small.ppm"
cjpeg -grayscale -progressive -restart 3B -outfile prog-grey.jpg "$tmp/small.ppm"
cjpeg -quality 2 -outfile base-wide-quant.jpg "$tmp/small.ppm"
cjpeg -quality 100 -sample 1x1 -outfile base-fine.jpg "$tmp/small.ppm"
cjpeg -quality 100 -progressive -outfile prog-fine.jpg "$tmp/small.ppm"
echo '0; 1; 2;' >"$tmp/scans"
cjpeg -scans "$tmp/scans" -outfile base-apart.jpg "$tmp/small.ppm"
cjpeg -scans "$tmp/scans" -restart 4B -optimize -outfile base-apart-restart.jpg "$tmp/small.ppm"
# Others decode these.
cjpeg -rgb -outfile other-rgb.jpg "$tmp/odd.ppm"
cjpeg -arithmetic -outfile other-arithmetic.jpg "$tmp/odd.ppm"
convert "$tmp/odd.ppm" -colorspace CMYK -quality 80 -strip other-cmyk.jpg
rm -r "$tmp"
