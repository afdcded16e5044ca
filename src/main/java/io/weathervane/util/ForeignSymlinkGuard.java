package io.weathervane.util;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Says which paths a process may write to without doing another user's work: a link leads where its maker wants, with
 * the rights of the process that follows it. So a process follows a link of another user, and root any link in another
 * user's folder, only to what that user owns anyway. What a process of the same user makes of its links is its own affair.
 */
final class ForeignSymlinkGuard {
    private static final int ROOT = 0;

    private ForeignSymlinkGuard() {}

    /** Refuses a path on whose way a link leads to what its maker does not own. The path need not exist. */
    static void requireFolder(Path path) throws AccessDeniedException {
        Path absolute = path.toAbsolutePath().normalize();
        Path at = absolute.getRoot();
        for (Path name : absolute) {
            Path next = at.resolve(name);
            if (Files.isSymbolicLink(next)) {
                requireFollowable(next, at);
            }
            at = next;
        }
    }

    /**
     * Refuses a file that is not its folder's owner's to give: behind a link, or a second name of another's file.
     *
     * @return whether root is about to write to another user's folder, where no link may be followed at all
     */
    static boolean requireFile(Path path) throws AccessDeniedException {
        Path file = path.toAbsolutePath().normalize();
        Path folder = file.getParent();
        if (folder == null) {
            return false;
        }
        requireFolder(folder);
        Optional<UnixFileAttributes> owner = othersFolder(folder);
        if (owner.isEmpty()) {
            if (Files.isSymbolicLink(file)) {
                requireFollowable(file, folder);
            }
            return false;
        }
        if (Files.isSymbolicLink(file)) {
            throw refusedLink(file, folder);
        }
        requireSoleName(file, owner.get().uid());
        return true;
    }

    /** The attributes of a folder that belongs to another user, when this process is root. */
    static Optional<UnixFileAttributes> othersFolder(Path folder) {
        return OsUser.isRoot()
                ? UnixFileAttributes.of(folder).filter(attributes -> attributes.uid() != ROOT)
                : Optional.empty();
    }

    /** Whether a process of one user may follow a link: pure, of the numbers of the users. */
    static boolean mayFollow(int self, int folder, int link, Optional<Integer> target) {
        boolean byLink = isTrusted(link, self) || target.equals(Optional.of(link));
        boolean byFolder = self != ROOT || folder == ROOT || target.equals(Optional.of(folder));
        return byLink && byFolder;
    }

    private static boolean isTrusted(int user, int self) {
        return user == ROOT || user == self;
    }

    private static void requireFollowable(Path link, Path folder) throws AccessDeniedException {
        Optional<Integer> self = OsUser.uid();
        Optional<UnixFileAttributes> of = UnixFileAttributes.of(link, LinkOption.NOFOLLOW_LINKS);
        Optional<UnixFileAttributes> in = UnixFileAttributes.of(folder);
        if (self.isEmpty() || of.isEmpty() || in.isEmpty()) {
            return; // a system without such owners, or a path that cannot be reached in any case
        }
        Optional<Integer> target = UnixFileAttributes.of(link).map(UnixFileAttributes::uid);
        if (!mayFollow(self.get(), in.get().uid(), of.get().uid(), target)) {
            throw refusedLink(link, folder);
        }
    }

    private static void requireSoleName(Path file, int owner) throws AccessDeniedException {
        Optional<UnixFileAttributes> attributes = UnixFileAttributes.of(file, LinkOption.NOFOLLOW_LINKS);
        boolean folder = Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS);
        if (!folder
                && attributes
                        .filter(own -> own.links() > 1 && own.uid() != owner)
                        .isPresent()) {
            String maker = owner(file.resolveSibling(""));
            throw new AccessDeniedException(
                    file.toString(),
                    null,
                    "it is a second name (a hard link) of a file of " + owner(file) + " in a folder of " + maker
                            + ", and " + OsUser.name() + " does not write there for " + maker + ": remove it (`rm "
                            + file + "`)");
        }
    }

    private static AccessDeniedException refusedLink(Path link, Path folder) {
        String maker = owner(folder);
        return new AccessDeniedException(
                link.toString(),
                null,
                "it is a link to " + target(link) + " in a folder of " + maker + ", and " + OsUser.name()
                        + " follows no such link: remove it (`rm " + link
                        + "`) and put the file or folder itself there, or run as its owner (`sudo -u " + maker
                        + " ...`)");
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link) + (Files.exists(link) ? " of " + owner(link) : ", which is missing,");
        } catch (IOException e) {
            return "an unknown place";
        }
    }

    /** The user who owns what the path leads to, for a message. */
    static String owner(Path path) {
        try {
            return Files.getOwner(path).getName();
        } catch (IOException | UnsupportedOperationException e) {
            return "another user";
        }
    }
}
