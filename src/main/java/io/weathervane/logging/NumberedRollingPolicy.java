package io.weathervane.logging;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.FileAppender;
import ch.qos.logback.core.rolling.RollingPolicyBase;
import ch.qos.logback.core.rolling.RolloverFailure;
import io.weathervane.util.PrivateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * Puts a full log aside as {@code messages.log.1}, the one before as {@code .2}, and so on. Logback's own
 * policy reads the path as a pattern, so that a {@code %} in the workspace's path would break it.
 */
final class NumberedRollingPolicy extends RollingPolicyBase {
    private final Path file;
    private final int kept;

    NumberedRollingPolicy(LoggerContext context, FileAppender<ILoggingEvent> appender, Path file, int kept) {
        this.file = file;
        this.kept = kept;
        setContext(context);
        setParent(appender);
    }

    @Override
    public void rollover() throws RolloverFailure {
        try {
            for (int number = kept - 1; number >= 1; number--) {
                move(aside(file, number), aside(file, number + 1));
            }
            move(file, aside(file, 1));
            PrivateFiles.createIfMissing(file);
        } catch (IOException e) {
            throw new RolloverFailure("cannot put " + file + " aside", e);
        }
    }

    @Override
    public String getActiveFileName() {
        return file.toString();
    }

    private static void move(Path from, Path to) throws IOException {
        if (Files.exists(from)) {
            Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static Path aside(Path file, int number) {
        return file.resolveSibling(file.getFileName() + "." + number);
    }
}
