#!/bin/sh
# Builds two_voices.mp4 from three public-domain recordings; what they are stands in README.md.
#
#   examples/make_example.sh CLIPS [OUTPUT]
#
# CLIPS holds LJ001-0001.flac, LJ001-0002.flac, LJ001-0005.flac and jfk_1961_moon.flac.
# Picture and music are generated here. Needs ffmpeg with libass and libx264, and DejaVu Sans.
set -eu

CLIPS=${1:?"usage: make_example.sh CLIPS [OUTPUT]"}
OUTPUT=${2:-$(dirname "$0")/two_voices.mp4}
WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT

LENGTH_S=36

run_ffmpeg() { ffmpeg -hide_banner -loglevel error -nostdin -y "$@"; }

# Speech: each clip at its second, the two readers equally loud. Kennedy's second sentence is left out.
speech() {
    level="loudnorm=I=-21:TP=-3:LRA=11,aresample=48000"
    edges="afade=t=in:d=0.03,aformat=channel_layouts=mono"
    run_ffmpeg -i "$CLIPS/LJ001-0001.flac" -i "$CLIPS/LJ001-0002.flac" -i "$CLIPS/LJ001-0005.flac" \
        -t 11.25 -i "$CLIPS/jfk_1961_moon.flac" -filter_complex "
        [0][1]concat=n=2:v=0:a=1,$edges,$level,adelay=1200[printing];
        [2]$edges,$level,adelay=13400[letters];
        [3]$edges,afade=t=out:st=11:d=0.25,highpass=f=90,$level,adelay=23000[moon];
        [printing][letters][moon]amix=inputs=3:normalize=0,apad=whole_dur=$LENGTH_S[speech]" \
        -map '[speech]' -ar 48000 "$WORK/speech.wav"
}

# Music: four soft chords, twice, each a stack of sines that breathe slightly out of step.
music() {
    i=0
    for chord in "131 165 196 247" "110 165 196 262" "87 175 220 262" "98 147 196 247" "131 165 196 247"; do
        set -- $chord
        pad="(sin(2*PI*$1*t)+0.7*sin(2*PI*$2*t)+0.5*sin(2*PI*$3*t)*(1+0.3*sin(1.3*t))+0.4*sin(2*PI*$4*t)*(1+0.3*sin(2.1*t)))"
        wide="(sin(2*PI*$1*t)+0.7*sin(2*PI*1.002*$2*t)+0.5*sin(2*PI*$3*t)*(1-0.3*sin(1.3*t))+0.4*sin(2*PI*1.001*$4*t)*(1-0.3*sin(2.1*t)))"
        run_ffmpeg -f lavfi -i "aevalsrc='0.1*$pad|0.1*$wide':s=48000:d=9" \
            -af "afade=t=in:d=2,afade=t=out:st=6:d=3" "$WORK/chord$i.wav"
        i=$((i + 1))
    done
    run_ffmpeg -i "$WORK/chord0.wav" -i "$WORK/chord1.wav" -i "$WORK/chord2.wav" -i "$WORK/chord3.wav" \
        -i "$WORK/chord4.wav" -filter_complex "
        [1]adelay=7000:all=1[b];[2]adelay=14000:all=1[c];[3]adelay=21000:all=1[d];[4]adelay=28000:all=1[e];
        [0][b][c][d][e]amix=inputs=5:normalize=0,lowpass=f=900,apad=whole_dur=$LENGTH_S,
        afade=t=out:st=33.5:d=2.5,loudnorm=I=-34:TP=-9,aresample=48000[music]" -map '[music]' -ar 48000 "$WORK/music.wav"
}

# Picture: a slow night-sky gradient, a printed page that gives way to a moon, and what is said.
captions() {
    cat >"$WORK/captions.ass" <<'ASS'
[Script Info]
ScriptType: v4.00+
PlayResX: 854
PlayResY: 480
WrapStyle: 0

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, OutlineColour, BackColour, Bold, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV
Style: Said,DejaVu Sans,23,&H00F2F0EC,&H00302018,&H00000000,0,1,0,0,2,110,110,34
Style: Who,DejaVu Sans,16,&H00C9B8A6,&H00302018,&H00000000,0,1,0,0,8,60,60,34
Style: Shape,DejaVu Sans,20,&H00DCE6EE,&H00DCE6EE,&H00000000,0,1,0,0,7,0,0,0

[Events]
Format: Layer, Start, End, Style, Text
Dialogue: 0,0:00:00.00,0:00:22.60,Shape,{\an7\pos(337,82)\fad(900,900)\1a&H10&\p1}m 0 0 l 180 0 180 220 0 220{\p0}
Dialogue: 1,0:00:00.00,0:00:22.60,Shape,{\an7\pos(337,82)\fad(900,900)\1c&H5A4638&\p1}m 22 24 l 56 24 56 58 22 58 m 66 26 l 158 26 158 30 66 30 m 66 39 l 158 39 158 43 66 43 m 66 52 l 158 52 158 56 66 56 m 22 72 l 158 72 158 76 22 76 m 22 85 l 158 85 158 89 22 89 m 22 98 l 158 98 158 102 22 102 m 22 111 l 158 111 158 115 22 115 m 22 124 l 120 124 120 128 22 128 m 22 146 l 158 146 158 150 22 150 m 22 159 l 158 159 158 163 22 163 m 22 172 l 158 172 158 176 22 176 m 22 185 l 96 185 96 189 22 189{\p0}
Dialogue: 0,0:00:22.60,0:00:36.00,Shape,{\an7\move(367,200,367,120,0,9000)\fad(1200,1500)\p1}m 60 0 b 93 0 120 27 120 60 b 120 93 93 120 60 120 b 27 120 0 93 0 60 b 0 27 27 0 60 0{\p0}
Dialogue: 1,0:00:22.60,0:00:36.00,Shape,{\an7\move(367,200,367,120,0,9000)\fad(1200,1500)\1c&HC2CCD6&\p1}m 38 30 b 47 30 54 37 54 46 b 54 55 47 62 38 62 b 29 62 22 55 22 46 b 22 37 29 30 38 30 m 82 62 b 93 62 102 71 102 82 b 102 93 93 102 82 102 b 71 102 62 93 62 82 b 62 71 71 62 82 62 m 76 18 b 82 18 86 22 86 28 b 86 34 82 38 76 38 b 70 38 66 34 66 28 b 66 22 70 18 76 18{\p0}
Dialogue: 2,0:00:00.40,0:00:22.60,Who,{\fad(600,600)}Linda Johnson reads from an essay on printing, 1893
Dialogue: 2,0:00:22.90,0:00:35.40,Who,{\fad(600,600)}John F. Kennedy before the United States Congress, 25 May 1961
Dialogue: 3,0:00:01.20,0:00:05.20,Said,{\fad(200,200)}Printing, in the only sense with which we are at present concerned,
Dialogue: 3,0:00:05.40,0:00:10.80,Said,{\fad(200,200)}differs from most if not from all the arts and crafts represented in the Exhibition
Dialogue: 3,0:00:10.80,0:00:12.90,Said,{\fad(200,200)}in being comparatively modern.
Dialogue: 3,0:00:13.40,0:00:17.60,Said,{\fad(200,200)}The invention of movable metal letters in the middle of the fifteenth century
Dialogue: 3,0:00:17.60,0:00:21.70,Said,{\fad(200,200)}may justly be considered as the invention of the art of printing.
Dialogue: 3,0:00:23.00,0:00:28.00,Said,{\fad(200,200)}I believe that this nation should commit itself to achieving the goal,
Dialogue: 3,0:00:28.10,0:00:30.10,Said,{\fad(200,200)}before this decade is out,
Dialogue: 3,0:00:30.20,0:00:34.30,Said,{\fad(200,200)}of landing a man on the moon and returning him safely to the earth.
ASS
}

film() {
    sky="gradients=s=854x480:r=25:d=$LENGTH_S:c0=0x1B2A41:c1=0x324A5F:c2=0x0C1821:n=3:speed=0.006:x0=120:y0=0:x1=700:y1=480"
    run_ffmpeg -f lavfi -i "$sky" -i "$WORK/speech.wav" -i "$WORK/music.wav" -filter_complex "
        [0]ass=$WORK/captions.ass,noise=c0s=3:c0f=p,fade=t=in:d=0.6,fade=t=out:st=35.2:d=0.8,format=yuv420p[picture];
        [1]pan=stereo|c0=c0|c1=c0[speech];
        [speech][2]amix=inputs=2:normalize=0,alimiter=limit=0.84:level=0[sound]" \
        -map '[picture]' -map '[sound]' -t "$LENGTH_S" -c:v libx264 -preset slow -crf 25 -g 250 \
        -c:a aac -b:a 128k -ar 48000 -metadata:s:a:0 language=eng -metadata title="Two voices" \
        -map_metadata -1 -fflags +bitexact -movflags +faststart "$OUTPUT"
}

speech
music
captions
film
