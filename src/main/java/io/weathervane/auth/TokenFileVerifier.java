package io.weathervane.auth;

import io.weathervane.tool.Caller;
import io.weathervane.util.FileStamp;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tokens of a file, read again when the file changes. While the file cannot be read or parsed it accepts no token, not
 * even those that it had before: the change may be a revocation.
 */
final class TokenFileVerifier implements TokenVerifier {
    private static final Logger LOG = LoggerFactory.getLogger("Tokens");

    private final TokenHashFileStore file;
    private final MonotonicTokenExpiry expiries;
    private final ReentrantLock loading = new ReentrantLock();
    private volatile Loaded loaded;

    /** An entry, ready to be compared. */
    private static final class Token {
        private final TokenEntry entry;
        private final byte[] hash;

        Token(TokenEntry entry) {
            this.entry = entry;
            this.hash = HexFormat.of().parseHex(entry.sha256());
        }
    }

    /** @param stamp null when the file was not there or could not be looked at */
    private record Loaded(@Nullable FileStamp stamp, List<Token> tokens, Optional<String> problem) {}

    /** @throws TokenFileException when the file cannot be used: a server does not start like that */
    TokenFileVerifier(TokenHashFileStore file, MonotonicTokenExpiry expiries) {
        this.file = file;
        this.expiries = expiries;
        this.loaded = load(stamp());
        loaded.problem().ifPresent(why -> {
            throw new TokenFileException(why);
        });
    }

    @Override
    public TokenVerdict check(String token) {
        Loaded now = current();
        if (now.problem().isPresent()) {
            return new TokenVerdict.Unavailable("the token file cannot be used");
        }
        byte[] hash = TokenGenerator.hash(token);
        TokenEntry found = null;
        for (Token candidate : now.tokens()) {
            if (MessageDigest.isEqual(hash, candidate.hash)) {
                found = candidate.entry;
            }
        }
        if (found == null) {
            return new TokenVerdict.Refused("no such token");
        }
        String hash64 = found.sha256();
        if (found.expires().filter(end -> expiries.isOver(hash64, end)).isPresent()) {
            return new TokenVerdict.Refused("the token of " + found.name() + " has expired");
        }
        return new TokenVerdict.Known(new Caller(found.name(), Caller.Transport.HTTP, found.roles()));
    }

    @Override
    public Optional<String> problem() {
        return current().problem();
    }

    private Loaded current() {
        Loaded known = loaded;
        FileStamp now = stamp();
        return now != null && now.equals(known.stamp()) ? known : reload();
    }

    private Loaded reload() {
        loading.lock();
        try {
            Loaded before = loaded;
            FileStamp now = stamp();
            if (now == null || !now.equals(before.stamp())) {
                loaded = load(now);
                logChanges(before, loaded);
            }
            return loaded;
        } finally {
            loading.unlock();
        }
    }

    /** @param stamp from before the file is read, so that a change meanwhile is seen at the next look */
    private Loaded load(@Nullable FileStamp stamp) {
        try {
            List<Token> tokens = file.read().stream().map(Token::new).toList();
            file.warning().ifPresent(LOG::warn);
            return new Loaded(stamp, tokens, Optional.empty());
        } catch (TokenFileException e) {
            return new Loaded(stamp, List.of(), Optional.of(String.valueOf(e.getMessage())));
        }
    }

    private static void logChanges(Loaded before, Loaded now) {
        if (now.problem().isEmpty()) {
            LOG.info("tokens read again count={}", now.tokens().size());
        } else if (!now.problem().equals(before.problem())) {
            LOG.error(
                    "no token of the file is accepted until it is mended: {}",
                    now.problem().get());
        }
    }

    private @Nullable FileStamp stamp() {
        try {
            return FileStamp.read(file.path());
        } catch (IOException e) {
            return null;
        }
    }
}
