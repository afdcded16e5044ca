package io.weathervane.worker.remote.auth;

import io.weathervane.util.FileErrorMessages;
import io.weathervane.util.FilePermissions;
import io.weathervane.util.FileStamp;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A secret in a file, as the file is now: it is read again when it has changed. What was read last goes on to be used while
 * the file cannot be, as in the middle of its replacement, until a server refuses it.
 */
final class SecretFile {
    private static final Logger LOG = LoggerFactory.getLogger("Credentials");

    private final Path path;
    private Optional<FileStamp> stamp = Optional.empty();
    private Optional<String> secret = Optional.empty();

    SecretFile(Path path) {
        this.path = path;
    }

    synchronized String read() throws CredentialException {
        Optional<FileStamp> now = FileStamp.of(path);
        if (secret.isPresent() && now.equals(stamp)) {
            return secret.get();
        }
        try {
            return readAgain();
        } catch (CredentialException e) {
            if (secret.isEmpty()) {
                throw e;
            }
            if (!now.equals(stamp)) {
                LOG.warn("what was read before is still used: {}", e.getMessage());
            }
            stamp = now;
            return secret.get();
        }
    }

    /** Whatever the file's time says. */
    synchronized String readAgain() throws CredentialException {
        Optional<FileStamp> before = FileStamp.of(path);
        String read = SecretText.checked(text(), "the file " + path);
        secret = Optional.of(read);
        stamp = before;
        return read;
    }

    private String text() throws CredentialException {
        try (var in = Files.newInputStream(path)) {
            if (FilePermissions.othersMayWrite(path)) {
                throw new CredentialException(
                        "the file " + path + " may be written to by others than its owner: chmod 600");
            }
            return new String(in.readNBytes(SecretText.LENGTH_MAX + 1), StandardCharsets.UTF_8);
        } catch (CredentialException e) {
            throw e;
        } catch (IOException e) {
            throw new CredentialException("the file " + path + " cannot be read: " + FileErrorMessages.reason(e), e);
        }
    }
}
