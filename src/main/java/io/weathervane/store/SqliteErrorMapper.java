package io.weathervane.store;

import io.weathervane.util.LockHolders;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.sqlite.SQLiteErrorCode;

/** Maps SQLite's result codes to exceptions that a caller can act on. */
final class SqliteErrorMapper {
    private static final int PRIMARY_CODE_MASK = 0xff;

    /** The byte of the {@code -shm} file that the one writer locks: https://www.sqlite.org/walformat.html#wal_locks. */
    private static final long WRITE_LOCK_OFFSET = 120;

    private static final int HOLDERS_SHOWN_MAX = 3;

    private SqliteErrorMapper() {}

    static StoreException of(Path file, SQLException cause) {
        StoreException.Kind kind = kindOf(cause);
        String holders = kind == StoreException.Kind.BUSY ? holders(file) : "";
        return new StoreException(kind, sentence(kind, file) + holders + " (" + cause.getMessage() + ")", cause);
    }

    /** When a write of this process, which may itself wait for another program, did not end in time. */
    static StoreException behindAnotherWrite(Path file, Duration waited) {
        String holders = holders(file);
        String why = holders.isEmpty()
                ? "another write of this process to " + file + " did not end within " + waited.toMillis() + " ms"
                : sentence(StoreException.Kind.BUSY, file) + holders;
        return new StoreException(StoreException.Kind.BUSY, why);
    }

    /** Other processes that keep writers out, as far as the system tells. */
    private static String holders(Path file) {
        Path shared = file.resolveSibling(file.getFileName() + "-shm");
        long own = ProcessHandle.current().pid();
        List<String> found = Stream.concat(
                        LockHolders.of(file).stream().filter(LockHolders.Holder::exclusive),
                        LockHolders.of(shared).stream()
                                .filter(holder -> holder.exclusive() || holder.covers(WRITE_LOCK_OFFSET)))
                .filter(holder -> holder.pid() != own)
                .map(LockHolders.Holder::describe)
                .distinct()
                .limit(HOLDERS_SHOWN_MAX)
                .toList();
        return found.isEmpty() ? "" : ": " + String.join(", ", found);
    }

    static StoreException.Kind kindOf(SQLException cause) {
        int code = cause.getErrorCode() & PRIMARY_CODE_MASK;
        if (is(code, SQLiteErrorCode.SQLITE_BUSY) || is(code, SQLiteErrorCode.SQLITE_LOCKED)) {
            return StoreException.Kind.BUSY;
        }
        if (is(code, SQLiteErrorCode.SQLITE_FULL)) {
            return StoreException.Kind.FULL;
        }
        if (is(code, SQLiteErrorCode.SQLITE_READONLY)) {
            return StoreException.Kind.READ_ONLY;
        }
        if (is(code, SQLiteErrorCode.SQLITE_CORRUPT) || is(code, SQLiteErrorCode.SQLITE_NOTADB)) {
            return StoreException.Kind.CORRUPT;
        }
        return StoreException.Kind.FAILED;
    }

    private static boolean is(int code, SQLiteErrorCode expected) {
        return code == expected.code;
    }

    private static String sentence(StoreException.Kind kind, Path file) {
        return switch (kind) {
            case BUSY -> "another program holds the lock on " + file;
            case FULL -> "no room left to write " + file;
            case READ_ONLY -> file + " cannot be written";
            case CORRUPT -> file + " is damaged or not a SQLite database";
            case MISSING -> file + " is gone";
            case FAILED -> "the store " + file + " failed";
        };
    }
}
