import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/**
 * Lists what Maven Central asks for, and the file of a bundle that has it.
 *
 * <pre>java .ci/Central.java BUNDLE GROUP VERSION ARTIFACT... [--unsigned]</pre>
 *
 * <p>It ends with 1 if anything is missing, or if the bundle has a file that nothing asks for. With
 * {@code --unsigned} signatures may be absent, which the list says.
 */
public class Central {
  private final Map<String, byte[]> files = new TreeMap<>();
  private final TreeSet<String> unexpected = new TreeSet<>();
  private boolean complete = true;

  public static void main(String[] args) throws Exception {
    List<String> words = new ArrayList<>(List.of(args));
    boolean unsigned = words.remove("--unsigned");
    if (words.size() < 4) {
      System.err.println("java .ci/Central.java BUNDLE GROUP VERSION ARTIFACT... [--unsigned]");
      System.exit(2);
    }
    Central central = new Central(Path.of(words.get(0)));
    String version = words.get(2);
    central.line("no snapshot", !version.endsWith("-SNAPSHOT"), version);
    for (String artifact : words.subList(3, words.size()))
      central.artifact(words.get(1), artifact, version, unsigned);
    for (String name : central.unexpected) central.line("nothing unasked", false, name);
    System.out.printf("%d files, %s%n", central.files.size(), central.complete ? "complete" : "NOT COMPLETE");
    System.exit(central.complete ? 0 : 1);
  }

  private Central(Path bundle) throws IOException {
    try (ZipFile zip = new ZipFile(bundle.toFile())) {
      for (ZipEntry entry : (Iterable<ZipEntry>) zip.stream().map(e -> (ZipEntry) e)::iterator)
        if (!entry.isDirectory())
          files.put(entry.getName(), zip.getInputStream(entry).readAllBytes());
    }
    unexpected.addAll(files.keySet());
  }

  private void line(String requirement, boolean met, String where) {
    System.out.printf("%-8s %-28s %s%n", met ? "OK" : "MISSING", requirement, where);
    complete &= met;
  }

  private void artifact(String group, String artifact, String version, boolean unsigned)
      throws Exception {
    String folder = group.replace('.', '/') + "/" + artifact + "/" + version + "/";
    String stem = folder + artifact + "-" + version;
    System.out.printf("%n%s:%s:%s%n", group, artifact, version);
    pom(stem + ".pom", group, artifact, version);
    jar("jar", stem + ".jar", "module-info.class");
    jar("sources", stem + "-sources.jar", "module-info.java");
    jar("Javadoc", stem + "-javadoc.jar", "index.html");
    text("bill of materials, JSON", stem + "-cyclonedx.json", "\"bomFormat\" : \"CycloneDX\"");
    text("bill of materials, XML", stem + "-cyclonedx.xml", "http://cyclonedx.org/schema/bom/");
    for (String ending :
        List.of(".pom", ".jar", "-sources.jar", "-javadoc.jar", "-cyclonedx.json", "-cyclonedx.xml"))
      if (files.containsKey(stem + ending)) {
        checksums(stem + ending);
        signature(stem + ending, unsigned);
      }
  }

  private void pom(String name, String group, String artifact, String version) throws Exception {
    expected(name);
    byte[] bytes = files.get(name);
    line("pom", bytes != null, name);
    if (bytes == null) return;
    Element project =
        DocumentBuilderFactory.newDefaultInstance()
            .newDocumentBuilder()
            .parse(new ByteArrayInputStream(bytes))
            .getDocumentElement();
    line("coordinates", value(project, "groupId").equals(group)
        && value(project, "artifactId").equals(artifact)
        && value(project, "version").equals(version), name);
    for (String path :
        List.of(
            "name", "description", "url", "licenses/license/name", "licenses/license/url",
            "developers/developer/name", "developers/developer/url", "scm/connection",
            "scm/developerConnection", "scm/url")) {
      String value = value(project, path);
      line(path, !value.isEmpty() && !value.contains("${"), name + ": " + value);
    }
    line("no parent to look up", value(project, "parent").isEmpty(), name);
  }

  /** The text at a path of element names, or nothing. */
  private static String value(Element from, String path) {
    Node at = from;
    for (String step : path.split("/")) {
      Node child = at.getFirstChild();
      while (child != null && !step.equals(child.getNodeName())) child = child.getNextSibling();
      if (child == null) return "";
      at = child;
    }
    return at.getTextContent().strip();
  }

  private void jar(String what, String name, String must) throws IOException {
    expected(name);
    byte[] bytes = files.get(name);
    line(what, bytes != null, name);
    if (bytes == null) return;
    TreeSet<String> entries = new TreeSet<>();
    try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(bytes))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry())
        entries.add(entry.getName());
    }
    for (String entry : List.of(must, "META-INF/LICENSE"))
      line("  " + entry, entries.contains(entry), name);
    line("  no META-INF/jpms.args", !entries.contains("META-INF/jpms.args"), name);
  }

  private void text(String what, String name, String must) throws IOException {
    expected(name);
    byte[] bytes = files.get(name);
    line(what, bytes != null && new String(bytes, "UTF-8").contains(must), name);
  }

  private void expected(String name) {
    unexpected.remove(name);
  }

  /** MD5 and SHA-1 must be there; SHA-256 and SHA-512 may. Those that are there must be right. */
  private void checksums(String name) throws Exception {
    boolean right = true;
    List<String> found = new ArrayList<>();
    for (Map.Entry<String, String> kind :
        Map.of("md5", "MD5", "sha1", "SHA-1", "sha256", "SHA-256", "sha512", "SHA-512").entrySet()) {
      String file = name + "." + kind.getKey();
      expected(file);
      if (!files.containsKey(file)) {
        right &= kind.getKey().startsWith("sha2") || kind.getKey().startsWith("sha5");
        continue;
      }
      byte[] digest = MessageDigest.getInstance(kind.getValue()).digest(files.get(name));
      right &= HexFormat.of().formatHex(digest).equals(new String(files.get(file), "UTF-8").strip());
      found.add(kind.getKey());
    }
    found.sort(null);
    line("checksums", right, name + ": " + String.join(", ", found));
  }

  private void signature(String name, boolean unsigned) throws Exception {
    String file = name + ".asc";
    if (files.containsKey(file)) {
      expected(file);
      for (String kind : List.of("md5", "sha1", "sha256", "sha512")) expected(file + "." + kind);
      String text = new String(files.get(file), "UTF-8");
      line("signature", text.startsWith("-----BEGIN PGP SIGNATURE-----"), file);
    } else if (unsigned) {
      System.out.printf("%-8s %-28s %s%n", "OFF", "signature", file);
    } else {
      line("signature", false, file);
    }
  }
}
