import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.Manifest;
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
    Element project = pom(stem + ".pom", group, artifact, version);
    TreeSet<String> brought = dependencies(project, stem + ".pom", group, version);
    Map<String, byte[]> jar = jar("jar", stem + ".jar");
    module(jar, brought.isEmpty(), stem + ".jar");
    sources(jar, jar("sources", stem + "-sources.jar"), stem + "-sources.jar");
    Map<String, byte[]> javadoc = jar("Javadoc", stem + "-javadoc.jar");
    line("  index.html", javadoc.containsKey("index.html"), stem + "-javadoc.jar");
    line("  no internal package",
        javadoc.keySet().stream().noneMatch(e -> e.contains("/internal/")), stem + "-javadoc.jar");
    text("bill of materials, JSON", stem + "-cyclonedx.json", "\"bomFormat\" : \"CycloneDX\"");
    text("bill of materials, XML", stem + "-cyclonedx.xml", "http://cyclonedx.org/schema/bom/");
    components(stem + "-cyclonedx.xml", brought);
    for (String ending :
        List.of(".pom", ".jar", "-sources.jar", "-javadoc.jar", "-cyclonedx.json", "-cyclonedx.xml"))
      if (files.containsKey(stem + ending)) {
        checksums(stem + ending);
        signature(stem + ending, unsigned);
      }
  }

  private Element pom(String name, String group, String artifact, String version)
      throws Exception {
    expected(name);
    line("pom", files.containsKey(name), name);
    Element project = xml(name);
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
    return project;
  }

  /** Those that whoever uses it gets: of this group and version alone. All others are provided. */
  private TreeSet<String> dependencies(Element project, String name, String group, String version) {
    TreeSet<String> brought = new TreeSet<>();
    List<String> all = new ArrayList<>();
    boolean right = true;
    for (Element dependency : children(child(project, "dependencies"))) {
      String scope = value(dependency, "scope");
      String what =
          value(dependency, "groupId") + ":" + value(dependency, "artifactId") + ":"
              + value(dependency, "version");
      if (!scope.equals("provided")) {
        brought.add(what);
        right &= scope.matches("|compile|runtime")
            && what.startsWith(group + ":") && what.endsWith(":" + version);
      }
      all.add(what + (scope.isEmpty() ? "" : " " + scope));
    }
    line("dependencies", right, name + ": " + (all.isEmpty() ? "none" : String.join(", ", all)));
    return brought;
  }

  /** What comes with it is required, and nothing else is. */
  private void components(String name, TreeSet<String> brought) throws Exception {
    TreeSet<String> required = new TreeSet<>();
    int optional = 0;
    for (Element component : children(child(xml(name), "components"))) {
      if (value(component, "scope").equals("optional")) optional++;
      else
        required.add(value(component, "group") + ":" + value(component, "name") + ":"
            + value(component, "version"));
    }
    line("  required components", required.equals(brought), name + ": "
        + (required.isEmpty() ? "none" : String.join(", ", required))
        + (optional > 0 ? ", and " + optional + " optional ones" : ""));
  }

  /** The root of a file; of one that is not there an empty one. */
  private Element xml(String name) throws Exception {
    byte[] bytes = files.getOrDefault(name, "<nothing/>".getBytes("UTF-8"));
    return DocumentBuilderFactory.newDefaultInstance()
        .newDocumentBuilder()
        .parse(new ByteArrayInputStream(bytes))
        .getDocumentElement();
  }

  /** The elements in one, none in null. */
  private static List<Element> children(Node from) {
    List<Element> children = new ArrayList<>();
    if (from != null)
      for (Node at = from.getFirstChild(); at != null; at = at.getNextSibling())
        if (at instanceof Element element) children.add(element);
    return children;
  }

  /** The first element of that name in one, or null. */
  private static Node child(Node from, String name) {
    for (Element child : children(from)) if (name.equals(child.getNodeName())) return child;
    return null;
  }

  /** The text at a path of element names, or nothing. */
  private static String value(Element from, String path) {
    Node at = from;
    for (String step : path.split("/")) {
      at = child(at, step);
      if (at == null) return "";
    }
    return at.getTextContent().strip();
  }

  /** A jar's files by their names. */
  private Map<String, byte[]> jar(String what, String name) throws IOException {
    expected(name);
    byte[] bytes = files.get(name);
    line(what, bytes != null, name);
    Map<String, byte[]> entries = new TreeMap<>();
    if (bytes == null) return entries;
    try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(bytes))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry())
        if (!entry.isDirectory()) entries.put(entry.getName(), zip.readAllBytes());
    }
    line("  META-INF/LICENSE", entries.containsKey("META-INF/LICENSE"), name);
    line("  no META-INF/jpms.args", !entries.containsKey("META-INF/jpms.args"), name);
    return entries;
  }

  /**
   * A jar has the name of a module, and no class that is not in the package of that name. One that
   * needs no other has a descriptor; one that needs jars which are no modules has a line in its
   * manifest.
   */
  private void module(Map<String, byte[]> jar, boolean alone, String name) throws IOException {
    byte[] descriptor = jar.get("module-info.class");
    byte[] manifest = jar.getOrDefault("META-INF/MANIFEST.MF", new byte[0]);
    String module;
    if (descriptor != null) {
      module = ModuleDescriptor.read(new ByteArrayInputStream(descriptor)).name();
      line("  module-info.class", true, name + ": " + module);
    } else {
      module = new Manifest(new ByteArrayInputStream(manifest))
          .getMainAttributes().getValue("Automatic-Module-Name");
      line(alone ? "  module-info.class" : "  Automatic-Module-Name",
          !alone && module != null, name + ": " + module);
    }
    if (module == null) return;
    String folder = (module + "/").replace('.', '/');
    TreeSet<String> others = new TreeSet<>(jar.keySet());
    others.removeIf(e -> e.startsWith(folder) || e.startsWith("META-INF/") || e.equals("module-info.class"));
    line("  nothing but " + folder, others.isEmpty(), name + (others.isEmpty() ? "" : ": " + others));
  }

  private void sources(Map<String, byte[]> jar, Map<String, byte[]> sources, String name) {
    TreeSet<String> missing = new TreeSet<>();
    int classes = 0;
    for (String entry : jar.keySet())
      if (entry.endsWith(".class") && !entry.contains("$")) {
        classes++;
        String source = entry.replaceAll("class$", "java");
        if (!sources.containsKey(source)) missing.add(source);
      }
    line("  a source of each class", classes > 0 && missing.isEmpty(),
        name + ": " + (missing.isEmpty() ? classes : missing));
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
