package io.weathervane.incident;

import io.weathervane.util.PrivateFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The bundles that are there, to be read by every caller who may. A name comes from a stranger: a file is found among the
 * regular files of a bundle's own folder, never by a path made of its name, and no link is followed.
 */
public final class EvidenceBundleReader {
    /** Most bytes of one file that are shown: 256 KiB, its newest. */
    public static final int SHOWN_BYTES_MAX = 256 * 1024;

    /** Most files of one bundle; a collection makes a dozen, people may add some. */
    private static final int FILES_MAX = 200;

    private final Path folder;

    /** @param folder of all bundles; need not exist yet */
    public EvidenceBundleReader(Path folder) {
        this.folder = folder;
    }

    /** The ids of all bundles, newest first. */
    public List<String> ids() {
        try {
            return IncidentIds.all(folder).stream()
                    .filter(id -> isFolder(folder.resolve(id)))
                    .sorted(Collections.reverseOrder())
                    .toList();
        } catch (IOException e) {
            throw new IncidentException("the incidents cannot be listed: " + e.getMessage(), e);
        }
    }

    /** The files of a bundle by name; none when there is no such bundle. */
    public List<String> files(String incident) {
        if (!IncidentIds.isId(incident) || !isFolder(folder.resolve(incident))) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder.resolve(incident))) {
            return files.filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                    .map(file -> file.getFileName().toString())
                    .filter(name -> !name.startsWith("."))
                    .sorted()
                    .limit(FILES_MAX)
                    .toList();
        } catch (IOException e) {
            throw new IncidentException("the files of " + incident + " cannot be listed: " + e.getMessage(), e);
        }
    }

    /**
     * Content of a file, or its newest part with a note; empty when there is no such file.
     *
     * @throws IncidentException when it cannot be read, or is too large and no text
     */
    public Optional<EvidenceFileContent> read(String incident, String name) {
        if (!files(incident).contains(name)) {
            return Optional.empty();
        }
        Path file = folder.resolve(incident).resolve(name);
        try (SeekableByteChannel in = Files.newByteChannel(
                PrivateFiles.requireOwn(file), Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))) {
            return Optional.of(read(in, file));
        } catch (IOException e) {
            throw new IncidentException(name + " cannot be read: " + e.getMessage(), e);
        }
    }

    private static EvidenceFileContent read(SeekableByteChannel in, Path file) throws IOException {
        long size = in.size();
        ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(size, SHOWN_BYTES_MAX));
        in.position(size - buffer.capacity());
        while (buffer.hasRemaining() && in.read(buffer) >= 0) {
            // until it is full, or the file ends earlier than it said
        }
        byte[] bytes = Arrays.copyOf(buffer.array(), buffer.position());
        if (size <= SHOWN_BYTES_MAX) {
            return EvidenceFileContent.whole(file.getFileName().toString(), bytes);
        }
        String note = "[cut: the newest " + bytes.length + " of " + size + " bytes; all of it is in " + file + "]";
        return EvidenceFileContent.newest(bytes, note)
                .orElseThrow(() -> new IncidentException(file.getFileName() + " is no text and has " + size
                        + " bytes, of which " + SHOWN_BYTES_MAX + " can be shown; it is in " + file));
    }

    private static boolean isFolder(Path path) {
        return Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
    }
}
