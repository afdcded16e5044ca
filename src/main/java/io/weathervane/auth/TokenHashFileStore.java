package io.weathervane.auth;

import io.weathervane.tool.CallerRole;
import io.weathervane.util.AtomicFiles;
import io.weathervane.util.FileErrorMessages;
import io.weathervane.util.FilePermissions;
import io.weathervane.util.PrivateFiles;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;

/** Creates and revokes tokens in the file of token hashes. A running server reads it by {@link TokenFileVerifier}. */
public final class TokenHashFileStore {
    /** Most bytes of the file: 1 MiB. */
    private static final int BYTES_MAX = 1024 * 1024;

    /** The lock of the file is between processes, and knows nothing of threads. */
    private static final ReentrantLock CHANGING = new ReentrantLock();

    private final Path path;

    public TokenHashFileStore(Path path) {
        this.path = path.toAbsolutePath().normalize();
    }

    /** Description of a token without its secret. */
    public record Listed(String name, Set<CallerRole> roles, Instant created, Optional<Instant> expires) {}

    public Path path() {
        return path;
    }

    /**
     * Makes a token and keeps its hash.
     *
     * @return the token, which no reader of the file can find out later
     * @throws TokenFileException when the name is taken or no name, or the file cannot be read or written
     */
    public String create(String name, Set<CallerRole> roles, Instant now, Optional<Instant> expires) {
        String token = TokenGenerator.random(new SecureRandom());
        String sha256 = HexFormat.of().formatHex(TokenGenerator.hash(token));
        TokenEntry made = entry(name, sha256, roles, now, expires);
        change(entries -> {
            if (entries.stream().anyMatch(entry -> entry.name().equals(name))) {
                throw new TokenFileException(
                        path + " has a token for " + name + " already; revoke it first, or choose" + " another name");
            }
            List<TokenEntry> more = new ArrayList<>(entries);
            more.add(made);
            return more;
        });
        return token;
    }

    /** Takes a token away; a running server refuses it from the next request on. */
    public void revoke(String name) {
        change(entries -> {
            List<TokenEntry> fewer =
                    entries.stream().filter(entry -> !entry.name().equals(name)).toList();
            if (fewer.size() == entries.size()) {
                throw new TokenFileException(path + " has no token for " + name);
            }
            return fewer;
        });
    }

    public List<Listed> list() {
        return read().stream()
                .map(entry -> new Listed(entry.name(), entry.roles(), entry.created(), entry.expires()))
                .toList();
    }

    /** @throws TokenFileException when it is missing, not understood, or others may write to it */
    List<TokenEntry> read() {
        try {
            if (FilePermissions.othersMayWrite(path)) {
                throw new TokenFileException("may be written to by others than its owner: chmod 600");
            }
            return TokenFileCodec.read(bytes());
        } catch (NoSuchFileException e) {
            throw new TokenFileException(
                    "the token file " + path + " does not exist: make a token with `weathervane"
                            + " token create --name NAME --role viewer --file " + path + "`",
                    e);
        } catch (IOException e) {
            throw new TokenFileException(
                    "the token file " + path + " cannot be read: " + FileErrorMessages.reason(e), e);
        } catch (TokenFileException e) {
            throw new TokenFileException("the token file " + path + " cannot be used: it " + e.getMessage(), e);
        }
    }

    /** Warning about a file that can be used but is not safe. */
    Optional<String> warning() {
        try {
            return FilePermissions.othersMayRead(path)
                    ? Optional.of("others than its owner may read the token file " + path + ": chmod 600")
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private byte[] bytes() throws IOException {
        try (var in = Files.newInputStream(path)) {
            byte[] bytes = in.readNBytes(BYTES_MAX + 1);
            if (bytes.length > BYTES_MAX) {
                throw new TokenFileException("is larger than " + BYTES_MAX / 1024 + " KiB");
            }
            return bytes;
        }
    }

    /** Reads, changes and replaces the file, one process at a time. */
    private void change(UnaryOperator<List<TokenEntry>> change) {
        Path beside = path.resolveSibling("." + path.getFileName() + ".lock");
        CHANGING.lock();
        try {
            PrivateFiles.createFolderOf(beside);
            try (FileChannel channel = PrivateFiles.open(beside, StandardOpenOption.WRITE)) {
                channel.lock(); // until it is closed
                List<TokenEntry> before = Files.exists(path) ? read() : List.of();
                AtomicFiles.replaceKeepingOwner(path, TokenFileCodec.write(change.apply(before)));
            }
        } catch (IOException e) {
            throw new TokenFileException("cannot write the token file " + path + ": " + FileErrorMessages.reason(e), e);
        } finally {
            CHANGING.unlock();
        }
    }

    private static TokenEntry entry(
            String name, String sha256, Set<CallerRole> roles, Instant now, Optional<Instant> expires) {
        try {
            return new TokenEntry(name, sha256, roles, now, expires);
        } catch (IllegalArgumentException e) {
            throw new TokenFileException(String.valueOf(e.getMessage()), e);
        }
    }
}
