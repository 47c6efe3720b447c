# Builds from a clone alone: docker build -t camel-crond .
# Where the sizes and times come from: src/it/image/run prints them.

# Any JDK 25 with Maven that links against glibc; the run-time image is linked from it.
ARG BUILD=docker.io/library/maven:3.9-eclipse-temurin-25
# Any Debian or Ubuntu; for others see docs/containers.md, "An image of your own".
ARG BASE=docker.io/library/debian:trixie-slim
# The year that the rules of the time zones are at least of, the schedules' (in the JDK) and the jobs' (in the base).
ARG TZDATA=2026

# ---- the jar, the same on every platform ----
FROM --platform=$BUILDPLATFORM $BUILD AS jar
WORKDIR /src
COPY pom.xml application.properties LICENSE ./
# Alone, so that a change of the sources does not fetch the libraries again.
RUN mvn -B -ntp -q dependency:resolve dependency:resolve-plugins
COPY src/main src/main
RUN mvn -B -ntp -q -Dmaven.test.skip=true -Dspotless.check.skip=true package

# ---- the self-contained folder, one for each platform ----
FROM $BUILD AS home
ARG TZDATA
WORKDIR /opt/camel-crond
# All of Java SE, as jars of users may need any of it (1 MB more than what the daemon itself needs), jcmd to look at a
# running daemon, and no drawing, printing or sound: neither their libraries nor most of their classes (nested ones and
# those with a name of 12 letters or more, as each package must keep some).
RUN jlink --output java --compress zip-9 --strip-java-debug-attributes --no-header-files --no-man-pages \
    --add-modules java.se,jdk.unsupported,jdk.crypto.ec,jdk.naming.dns,jdk.net,jdk.zipfs,jdk.management,jdk.jcmd,jdk.jfr \
    --exclude-files '**/libawt*,**/libjawt*,**/libfont*,**/libfreetype*,**/liblcms*,**/libmlib*,**/libjavajpeg*,**/libjsound*,**/libsplash*,**/psfont*,**/classlist,**/jrt-fs.jar' \
    --exclude-resources 'regex:/java\.desktop/((javax/swing|sun/(font|java2d|print|swing|awt/X11)|com/sun/imageio|com/sun/media|com/sun/java/swing)/.*\$.*|(javax/swing/(plaf/(basic|metal|nimbus|synth)|text|text/html)|sun/(font|java2d|java2d/loops|java2d/marlin|java2d/pipe|awt/X11|print)|com/sun/media/sound|com/sun/imageio/plugins/(jpeg|png|tiff|common)|com/sun/java/swing/plaf/gtk)/[^/]{18}[^/]*)'
COPY --from=jar /src/target/camel-crond-*.jar app/camel-crond.jar
# What is in there, for scanners.
COPY --from=jar /src/target/bom.json app/camel-crond.cdx.json
COPY application.properties LICENSE ./
COPY bin bin
COPY routes routes
# Its symbols are for debuggers of the JVM: 5 MB.
RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends binutils >/dev/null \
 && strip --strip-unneeded java/lib/server/libjvm.so
RUN year=$(head -c 20 java/lib/tzdb.dat | grep -ao '20[0-9][0-9]') && [ "$year" -ge "$TZDATA" ]
COPY src/image /tmp/training
# JNA's library for this platform stands ready, so that no start needs a writable /tmp. Then all is left out of the jar
# that no run reads. Fixed times, as the cache knows its jar by size and time.
RUN mkdir lib app/native \
 && cd app/native && jar xf ../camel-crond.jar com/sun/jna/linux-x86-64 com/sun/jna/linux-aarch64 \
 && mv com/sun/jna/linux-$(uname -m | tr _ -)/libjnidispatch.so . && rm -r com \
 && java /tmp/training/Slim.java ../camel-crond.jar \
 && find /opt/camel-crond -exec touch -h -d 2026-01-01T00:00:00Z {} +
# The training run: the daemon with its own routes does what it does, then stops; what was loaded and linked by then is
# kept in app/camel-crond.aot.
RUN /tmp/training/train

# ---- the image ----
FROM $BASE
ARG TZDATA
RUN apt-get update \
 && apt-get install -y --no-install-recommends tzdata util-linux \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/log/apt /var/log/dpkg.log \
 && [ "$(sed -n '1s/# version \(20..\).*/\1/p' /usr/share/zoneinfo/tzdata.zi)" -ge "$TZDATA" ] \
 && install -d -m 0770 /var/lib/camel-crond \
 && install -d /etc/camel-crond/routes \
 && ln -s /opt/camel-crond/bin/camel-crond /usr/local/bin/camel-crond
# The bundle alone: the package would bring openssl, another 8 MB.
COPY --from=home /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
COPY --from=home /opt/camel-crond /opt/camel-crond
LABEL org.opencontainers.image.title="camel-crond" \
      org.opencontainers.image.description="The cron daemon for containers, made of Apache Camel routes" \
      org.opencontainers.image.licenses="Apache-2.0" \
      io.github.camelcrond.tzdata="$TZDATA"
# A user without passwd entry has no home folder to keep the store in; it is in group 0 unless told otherwise, which
# may write here. Beyond the container's own loopback, as its ports are published only on request.
ENV CROND_STORE_DIR=/var/lib/camel-crond \
    CROND_ROUTES_DIR=/etc/camel-crond/routes \
    CROND_HTTP_HOST=0.0.0.0
# Besides, these can be mounted: /etc/crontab, /etc/camel-crond/routes (route files that add to the daemon's or take
# their place), /opt/camel-crond/lib (jars), /opt/camel-crond/application.properties.
VOLUME /var/lib/camel-crond
EXPOSE 8080
# The daemon's stop takes up to crond.stop.grace (25s): give it more than that, docker stop -t 40.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s --retries=3 CMD ["/opt/camel-crond/bin/healthcheck"]
# No init beside it: as process 1 the daemon reaps what its jobs leave behind.
ENTRYPOINT ["/opt/camel-crond/bin/camel-crond"]
CMD ["run"]
