package io.weathervane.peer;

import io.weathervane.util.OsUser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Names of users by their numbers. A user without a name here is called by its number. */
final class UserNames {
    /** Most names kept; beyond it all are looked up again. */
    private static final int KEPT_MAX = 1000;

    private final Map<Long, String> names = new ConcurrentHashMap<>();
    private final Optional<Long> own = own();
    private final String ownName = OsUser.name();

    Peer peer(long uid) {
        if (own.filter(mine -> mine == uid).isPresent()) {
            return new Peer(Peer.Kind.SERVER_USER, ownName);
        }
        Peer.Kind kind = uid == 0 && own.isPresent() ? Peer.Kind.SERVER_USER : Peer.Kind.OTHER_USER;
        return new Peer(kind, name(uid));
    }

    private String name(long uid) {
        if (names.size() > KEPT_MAX) {
            names.clear();
        }
        return names.computeIfAbsent(uid, UserNames::lookUp);
    }

    private static Optional<Long> own() {
        try {
            return Optional.of(((Number) Files.getAttribute(Path.of("/proc/self"), "unix:uid")).longValue());
        } catch (IOException | RuntimeException unknown) {
            return Optional.empty();
        }
    }

    private static String lookUp(long uid) {
        try {
            for (String line : Files.readAllLines(Path.of("/etc/passwd"), StandardCharsets.ISO_8859_1)) {
                String[] fields = line.split(":", 4);
                if (fields.length == 4 && fields[2].equals(String.valueOf(uid))) {
                    return fields[0];
                }
            }
        } catch (IOException unknown) {
            return String.valueOf(uid);
        }
        return String.valueOf(uid);
    }
}
