# plot.gp - what `make bench` measured, as times H2O and as share of the limit.
# usage: gnuplot -e "dir='out/bench'" plot.gp
set terminal pngcairo noenhanced size 1500,900 font ",9"
set output dir.'/bench.png'
set datafile separator ','
set key outside top center horizontal
set grid ytics
set style data histograms
set style fill solid 0.8
set xtics rotate by -60 font ",6"
set multiplot layout 2,1
set ylabel "times H2O, two threads"
set logscale y
plot '< grep -v ",1,[0-9]*,[0-9]*,[a-z]*," '.dir.'/studies.csv' \
	using 9:xtic(strcol(1).' '.strcol(0)) every ::1 title 'speed'
unset logscale y
set ylabel "share of the machine's limit"
set yrange [0:*]
plot dir.'/minibatch.csv' using \
	9:xtic(strcol(1).' '.strcol(2).' '.strcol(3).' x'.strcol(4)) \
	every ::1 title 'mini-batches and scoring'
unset multiplot
