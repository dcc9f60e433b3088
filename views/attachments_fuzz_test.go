package views_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"superbook/models"
	"superbook/site/sitetest"
)

// FuzzPostForm sends bodies that claim to be forms. None is our fault, and what
// is refused leaves nothing half done.
func FuzzPostForm(f *testing.F) {
	part := func(name, more, body string) string {
		return "--x\r\nContent-Disposition: form-data; name=\"" + name + "\"" + more + "\r\n\r\n" + body + "\r\n"
	}
	file := part("file", `; filename="a.txt"`, "words")
	for _, seed := range []string{
		"", "--x--\r\n", part("text", "", "All home") + "--x--\r\n", part("text", "", "") + file + "--x--\r\n", file[:40], file + file + file + file + file + "--x--\r\n",
		part("attachment", "", "AAAA") + part("alt-AAAA", "", "x") + part("remove", "", "AAAA") + "--x--\r\n",
		part("file", `; filename="../../x\";filename*=UTF-8''%0d%0a"`, "GIF89a") + "--x--\r\n", part("file", `; filename=""`, "") + part("add", "", "") + "--x--\r\n",
		part("file", `; filename="a.gif"`, "GIF89a\x01\x00\x01\x00\x80\x00\x00,") + part("to", "", "\x00\xff") + "--x--\r\n",
	} {
		f.Add(seed)
	}
	s := sitetest.New(f)
	s.Unlimited()
	cookies := s.As(f, s.Hero("nightheron")).Cookies()
	f.Fuzz(func(t *testing.T, body string) {
		r := httptest.NewRequest(http.MethodPost, "/posts/new", strings.NewReader(body))
		r.Header.Set("Content-Type", "multipart/form-data; boundary=x")
		for _, c := range cookies {
			r.AddCookie(c)
		}
		answer := httptest.NewRecorder()
		s.Web.ServeHTTP(answer, r)
		if !slices.Contains([]int{200, 303, 400, 422}, answer.Code) {
			t.Errorf("status %d for %q", answer.Code, body)
		}
		var files []models.Attachment
		err := s.DB.Read.Find(&files).Error
		for _, a := range files {
			if a.Name == "" || strings.ContainsAny(a.Name, "/\\\r\n\x00") || a.Size == 0 {
				t.Errorf("kept is %+v", a)
			}
		}
		for _, table := range []string{"posts", "attachments", "photos"} {
			err = errors.Join(err, s.DB.Write.Exec("DELETE FROM "+table).Error)
		}
		left, failed := os.ReadDir(filepath.Join(s.Settings.DataDir, "media", "tmp"))
		if err = errors.Join(err, failed); err != nil || len(left) > 0 {
			t.Errorf("%d temporary files stay, %v", len(left), err)
		}
	})
}
