package io.weathervane.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.filter.ThresholdFilter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import ch.qos.logback.core.rolling.RollingFileAppender;
import io.weathervane.util.PrivateFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.LoggerFactory;

/**
 * The log of a workspace, {@code .codex/sessions/<id>/messages.log}, for as long as this is open. A
 * restarted server goes on in the folder that is there: the runbook's {@code tail -50
 * .codex/sessions/*}{@code /messages.log} takes one file only. Nothing is ever written to stdout, which in
 * stdio mode belongs to the protocol.
 */
public final class WorkspaceLog implements AutoCloseable {
    static final String FILE_NAME = "messages.log";

    /** A file of this size is put aside as {@code messages.log.1}: 16 MiB. */
    static final long FILE_BYTES_MAX = 16L * 1024 * 1024;

    /** Files put aside; the oldest goes. */
    static final int FILES_KEPT = 3;

    private static final String STDERR = "stderr";
    private static final Pattern SESSION_ID = Pattern.compile("\\d{8}-\\d{6}-[0-9a-f]{4}");

    /** Of the four hexadecimal digits that tell two sessions of one second apart. */
    private static final int SESSION_SUFFIXES = 0x10000;

    /** Libraries whose INFO lines say nothing to an operator. */
    private static final List<String> QUIET = List.of("org.eclipse.jetty", "com.networknt", "oshi", "org.sqlite");

    /**
     * Says as an error that another program was faster to delete what a killed one had left in the folder for temporary files;
     * what it cannot load it throws as well.
     */
    private static final String SQLITE_LOADER = "org.sqlite.SQLiteJDBCLoader";

    private final Path file;
    private final Logger root;
    private final Appender<ILoggingEvent> appender;

    private WorkspaceLog(Path file, Logger root, Appender<ILoggingEvent> appender) {
        this.file = file;
        this.root = root;
        this.appender = appender;
    }

    /** Starts writing to the log below this folder, for the one server that owns the workspace. */
    public static WorkspaceLog open(Path sessions, Clock clock) throws IOException {
        return open(context(), sessions, clock, FILE_BYTES_MAX);
    }

    static WorkspaceLog open(LoggerContext context, Path sessions, Clock clock, long bytesMax) throws IOException {
        Path folder = session(sessions, clock);
        Path file = PrivateFiles.createFolders(folder).resolve(FILE_NAME);
        PrivateFiles.createIfMissing(file);
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        RollingFileAppender<ILoggingEvent> appender = new RollingFileAppender<>();
        appender.setContext(context);
        appender.setName(file.toString());
        appender.setFile(file.toString());
        appender.setEncoder(encoder(context));
        NumberedRollingPolicy rollingPolicy = new NumberedRollingPolicy(context, appender, file, FILES_KEPT);
        rollingPolicy.start();
        appender.setRollingPolicy(rollingPolicy);
        appender.setTriggeringPolicy(new SizeTrigger<>(bytesMax));
        appender.start();
        if (!appender.isStarted()) {
            throw new IOException("cannot write " + file);
        }
        root.addAppender(appender);
        return new WorkspaceLog(file, root, appender);
    }

    public Path file() {
        return file;
    }

    /** Lines below this level are not shown on stderr; WARN until it is said otherwise. */
    public static void showOnStderr(org.slf4j.event.Level level) {
        LoggerContext context = context();
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        Appender<ILoggingEvent> old = root.getAppender(STDERR);
        root.addAppender(stderr(context, Level.convertAnSLF4JLevel(level)));
        if (old != null) {
            root.detachAppender(old);
        }
    }

    @Override
    public void close() {
        root.detachAppender(appender);
        appender.stop();
    }

    /** Settings that hold from the first line on, before any log is open. */
    static void configure(LoggerContext context) {
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.INFO);
        QUIET.forEach(name -> context.getLogger(name).setLevel(Level.WARN));
        context.getLogger(SQLITE_LOADER).setLevel(Level.OFF);
        root.addAppender(stderr(context, Level.WARN));
    }

    private static Appender<ILoggingEvent> stderr(LoggerContext context, Level level) {
        ThresholdFilter threshold = new ThresholdFilter();
        threshold.setLevel(level.toString());
        threshold.start();
        ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
        appender.setContext(context);
        appender.setName(STDERR);
        appender.setTarget("System.err");
        appender.setEncoder(encoder(context));
        appender.addFilter(threshold);
        appender.start();
        return appender;
    }

    private static LayoutWrappingEncoder<ILoggingEvent> encoder(LoggerContext context) {
        MessageLayout layout = new MessageLayout();
        layout.setContext(context);
        layout.start();
        LayoutWrappingEncoder<ILoggingEvent> encoder = new LayoutWrappingEncoder<>();
        encoder.setContext(context);
        encoder.setCharset(StandardCharsets.UTF_8);
        encoder.setLayout(layout);
        encoder.start();
        return encoder;
    }

    private static Path session(Path sessions, Clock clock) throws IOException {
        return newestSession(sessions).orElseGet(() -> sessions.resolve(sessionId(clock.instant())));
    }

    /** {@code 20261123-192400-04af}. */
    private static String sessionId(Instant now) {
        String time = now.truncatedTo(ChronoUnit.SECONDS).toString();
        String suffix = Integer.toHexString(
                SESSION_SUFFIXES + ThreadLocalRandom.current().nextInt(SESSION_SUFFIXES));
        return time.replace("-", "").replace(":", "").replace("T", "-").replace("Z", "-") + suffix.substring(1);
    }

    private static Optional<Path> newestSession(Path sessions) throws IOException {
        if (!Files.isDirectory(sessions)) {
            return Optional.empty();
        }
        try (Stream<Path> folders = Files.list(sessions)) {
            return folders.filter(folder ->
                            SESSION_ID.matcher(folder.getFileName().toString()).matches())
                    .filter(Files::isDirectory)
                    .max(Path::compareTo);
        }
    }

    private static LoggerContext context() {
        return (LoggerContext) LoggerFactory.getILoggerFactory();
    }
}
