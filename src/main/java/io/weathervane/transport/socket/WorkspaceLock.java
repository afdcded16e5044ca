package io.weathervane.transport.socket;

import io.weathervane.util.LockHolders;
import io.weathervane.util.PrivateFiles;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The right to serve a workspace: an operating system's lock on {@code state/weathervane.lock}, which ends with
 * the process however it ends. The file's content names the owner for others to read; on its own, without the
 * lock, it means nothing and is written over, so it is never forced to the disk.
 */
public final class WorkspaceLock implements AutoCloseable {
    /*
     * A POSIX lock is dropped as soon as the process closes any descriptor of the file, so this process never
     * opens a lock file that it holds: the table below answers for those.
     */
    private static final Map<Path, WorkspaceLock> HELD_HERE = new HashMap<>();

    private static final String FILE = "weathervane.lock";

    /** Most bytes read of a lock file; a real one has some hundred. */
    private static final int CONTENT_BYTES_MAX = 16 * 1024;

    private final Path file;
    private final FileChannel channel;
    private final boolean afterCrash;
    private boolean recovered;
    private WorkspaceOwnerInfo owner;

    private WorkspaceLock(Path file, FileChannel channel, boolean afterCrash, WorkspaceOwnerInfo owner) {
        this.file = file;
        this.channel = channel;
        this.afterCrash = afterCrash;
        this.recovered = !afterCrash;
        this.owner = owner;
    }

    /**
     * Takes the lock when no server has it, and writes which one has it now; empty when another has it, also in this
     * process.
     */
    public static Optional<WorkspaceLock> tryAcquire(Path stateFolder, WorkspaceOwnerInfo owner) {
        synchronized (HELD_HERE) {
            try {
                Path file = fileIn(stateFolder);
                return HELD_HERE.containsKey(file) ? Optional.empty() : lock(file, owner);
            } catch (IOException e) {
                throw new UncheckedIOException("cannot lock the workspace in " + stateFolder, e);
            }
        }
    }

    /** The owner that the lock file names, which need not live any more; empty when it names none. */
    public static Optional<WorkspaceOwnerInfo> ownerOf(Path stateFolder) {
        synchronized (HELD_HERE) {
            try {
                Path file = fileIn(stateFolder);
                WorkspaceLock held = HELD_HERE.get(file);
                return held != null ? Optional.of(held.owner) : read(file);
            } catch (IOException e) {
                return Optional.empty();
            }
        }
    }

    /** Description of the holder of the workspace when {@link #tryAcquire} gave nothing, for a message. */
    public static String describeHolder(Path stateFolder) {
        return stranger(stateFolder)
                .orElseGet(() ->
                        ownerOf(stateFolder).map(WorkspaceOwnerInfo::describe).orElse("another process"));
    }

    /**
     * A process that holds the lock and is not the server that the lock file names, for a message: any process that may
     * open the file can lock it. Empty where the system does not tell.
     */
    public static Optional<String> stranger(Path stateFolder) {
        Path file = stateFolder.resolve(FILE);
        Optional<WorkspaceOwnerInfo> named = ownerOf(stateFolder);
        List<LockHolders.Holder> holders = LockHolders.of(file);
        boolean isOwner = named.filter(owner -> holders.stream().anyMatch(holder -> holder.pid() == owner.pid()))
                .isPresent();
        if (isOwner || holders.isEmpty()) {
            return Optional.empty();
        }
        String server = named.map(owner -> "process " + owner.pid() + (owner.isGone() ? ", which is gone" : ""))
                .orElse("none");
        return Optional.of(holders.get(0).describe() + ", which holds a lock on " + file
                + " and is not the server that the file names (" + server + ")");
    }

    public WorkspaceOwnerInfo owner() {
        synchronized (HELD_HERE) {
            return owner;
        }
    }

    /** Whether the owner before did not close it, or there is no telling: it may have left something behind. */
    public boolean afterCrash() {
        return afterCrash;
    }

    /**
     * Notes that orphan processes of an earlier owner have ended: the owner after this one need not look for them
     * again.
     */
    public void recovered() {
        synchronized (HELD_HERE) {
            recovered = true;
        }
    }

    /** The folder that was locked, free of links. */
    Path stateFolder() {
        return file.resolveSibling("");
    }

    /** Writes what others read of the owner anew, for example once its port is known. */
    public void update(WorkspaceOwnerInfo changed) {
        synchronized (HELD_HERE) {
            try {
                write(channel, changed);
                owner = changed;
            } catch (IOException e) {
                throw new UncheckedIOException("cannot write " + file, e);
            }
        }
    }

    /**
     * Gives the workspace up. The file stays: removing it could remove a successor's. It is empty when there is nothing
     * to recover; an owner that ends before it has looked leaves its entry, and the next one looks.
     */
    @Override
    public void close() {
        synchronized (HELD_HERE) {
            if (!HELD_HERE.remove(file, this)) {
                return;
            }
            try (channel) {
                if (recovered) {
                    channel.truncate(0);
                }
            } catch (IOException e) {
                throw new UncheckedIOException("cannot release " + file, e);
            }
        }
    }

    private static Path fileIn(Path stateFolder) throws IOException {
        return stateFolder.toRealPath().resolve(FILE);
    }

    private static Optional<WorkspaceLock> lock(Path file, WorkspaceOwnerInfo owner) throws IOException {
        boolean known = Files.exists(file);
        FileChannel channel = PrivateFiles.open(file, StandardOpenOption.WRITE);
        boolean afterCrash;
        try {
            FileLock lock = channel.tryLock();
            if (lock == null) {
                channel.close();
                return Optional.empty();
            }
            afterCrash = !known || channel.size() > 0;
            write(channel, owner);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
        WorkspaceLock held = new WorkspaceLock(file, channel, afterCrash, owner);
        HELD_HERE.put(file, held);
        return Optional.of(held);
    }

    /** The file is empty at no moment of this: an owner killed within it would look like one that closed it. */
    private static void write(FileChannel channel, WorkspaceOwnerInfo owner) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(owner.toBytes());
        while (bytes.hasRemaining()) {
            channel.write(bytes, bytes.position());
        }
        channel.truncate(bytes.limit());
    }

    private static Optional<WorkspaceOwnerInfo> read(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(PrivateFiles.requireOwn(file))) {
            return WorkspaceOwnerInfo.from(in.readNBytes(CONTENT_BYTES_MAX));
        }
    }
}
